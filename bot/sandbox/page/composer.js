// Writing: text, attachments, replies, command suggestions.

import { byId, icon, make, toast } from "./dom.js";
import { gist } from "./messages.js";
import * as server from "./server.js";
import { hideSuggestions, keyForSuggestions, suggest } from "./suggestions.js";

const CROSS = "M6 6l12 12M18 6L6 18";
const ALBUM = 10;
const PICTURE = /^image\//;

const text = byId("text");
let place = () => null;
let attachments = [];
let replyTo = null;

/** Answer a message with the next one; null: with none. */
export function replyWith(message) {
  replyTo = message;
  byId("replying").hidden = !message;
  byId("replying-to").textContent = message ? gist(message) : "";
  if (message) text.focus();
}

/** Add files to what is sent next. */
export function attach(files) {
  attachments.push(...files);
  if (attachments.some((file) => !PICTURE.test(file.type))) byId("as-file").checked = true;
  showAttachments();
  text.focus();
}

function showAttachments() {
  byId("tray").hidden = attachments.length === 0;
  if (attachments.length === 0) byId("as-file").checked = false;
  byId("attachments").replaceChildren(...attachments.map((file, index) => {
    const remove = make("button", { type: "button", className: "icon", "aria-label": `Remove ${file.name}` }, icon(CROSS));
    remove.addEventListener("click", () => {
      attachments.splice(index, 1);
      showAttachments();
    });
    return make("li", {}, preview(file), remove);
  }));
}

function preview(file) {
  const name = make("span", { className: "name" }, file.name);
  if (!PICTURE.test(file.type)) return name;
  const image = make("img", { alt: file.name, src: URL.createObjectURL(file) });
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => image.replaceWith(name);
  return image;
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

/** Send what is written and chosen. What could not be sent stays, but for files that were refused: they always would be. */
async function submit() {
  const { chatId, userId, threadId } = place();
  const words = text.value.trim();
  if (!words && attachments.length === 0) return;
  const around = { from: userId, reply_to: replyTo?.message_id, message_thread_id: threadId };
  byId("send").setAttribute("aria-busy", "true");
  try {
    if (attachments.length === 0) await server.send(chatId, { ...around, text: words }, "", []);
    await sendAttachments(chatId, around, words);
    text.value = "";
    replyWith(null);
    fit();
  } catch (error) {
    // fetch throws a TypeError where nobody answered; anything else is a refusal.
    if (!(error instanceof TypeError)) dropRefused();
    toast(error.message);
  } finally {
    byId("send").removeAttribute("aria-busy");
  }
}

function dropRefused() {
  attachments = attachments.slice(ALBUM);
  showAttachments();
}

async function sendAttachments(chatId, around, caption) {
  const name = byId("as-file").checked ? "document" : "photo";
  for (let rest = caption; attachments.length > 0; rest = "") {
    await server.send(chatId, { ...around, caption: rest }, name, attachments.slice(0, ALBUM));
    attachments = attachments.slice(ALBUM);
    showAttachments();
  }
}

function onKey(event) {
  if (event.isComposing || keyForSuggestions(event)) return;
  if (event.key === "Escape") replyWith(null);
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  hideSuggestions();
  submit();
}

function onPaste(event) {
  const files = [...event.clipboardData.files];
  if (files.length === 0) return;
  event.preventDefault();
  attach(files);
}

function watchDrops() {
  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const show = (change) => {
    depth = Math.max(0, depth + change);
    byId("drop").hidden = depth === 0;
  };
  addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
  addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    show(-depth);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    attach([...event.dataTransfer.files]);
  });
}

/** Wire the form up; `where()` tells chatId, userId and threadId of what is sent. */
export function startComposer(where) {
  place = where;
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  text.addEventListener("keydown", onKey);
  text.addEventListener("input", () => {
    fit();
    suggest(() => server.commands(place().chatId, place().userId));
  });
  text.addEventListener("blur", hideSuggestions);
  text.addEventListener("paste", onPaste);
  byId("attach").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", ({ target }) => {
    attach([...target.files]);
    target.value = "";
  });
  byId("no-reply").addEventListener("click", () => replyWith(null));
  watchDrops();
}

/** Put a text into the field, as pressing a command in a message does. */
export function write(words) {
  text.value = words;
  fit();
  text.focus();
}
