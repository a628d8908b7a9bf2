// Messages as list items. Messages of one album share an item.

import { hue, icon, make } from "./dom.js";
import { fileUrl } from "./server.js";
import { words } from "./words.js";

const REPLY = "M10 8L5 12l5 4M5 12h9a5 5 0 0 1 5 5v1";
const SHEET = "M7 3h7l4 4v14H7zM14 3v4h4";
const OTHER = { sticker: "Sticker", voice: "Voice message", video: "Video", video_note: "Video note", animation: "GIF" };
const SHOWN = /^image\/(jpeg|png|gif|webp|bmp)$/;
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

/** A message in a few words, for quotes and the list of chats. */
export function gist(message) {
  const kind = message.photo ? "Photo" : message.document ? message.document.file_name || "File"
    : Object.entries(OTHER).find(([key]) => message[key])?.[1];
  return message.text || message.caption || kind || serviceText(message) || "Message";
}

/** What a service message says; empty for all others. */
export function serviceText(message) {
  const who = nameOf(message.from);
  if (message.new_chat_members) return `${message.new_chat_members.map(nameOf).join(", ")} joined`;
  if (message.left_chat_member) return `${nameOf(message.left_chat_member)} left`;
  if (message.migrate_to_chat_id) return "This group became a supergroup";
  if (message.migrate_from_chat_id) return "This supergroup was a group before";
  if (message.forum_topic_created) return `${who} opened the topic “${message.forum_topic_created.name}”`;
  return "";
}

function picture(message, view) {
  const part = message.photo ? message.photo.at(-1) : message.document;
  const label = message.caption ? `Picture: ${message.caption}` : `Picture from ${nameOf(message.from)}`;
  const sizes = part.width ? { width: part.width, height: part.height } : {};
  const image = make("img", { src: fileUrl(part), alt: label, loading: "lazy", ...sizes });
  const button = make("button", { type: "button", "aria-label": `${label}. Press to enlarge` }, image);
  button.addEventListener("click", () => view(image.src, label));
  return button;
}

function fileRow(message) {
  const kind = Object.keys(OTHER).find((key) => message[key]);
  const part = message[kind] || message.document;
  const size = part.file_size >= 1e6 ? `${(part.file_size / 1e6).toFixed(1)} MB` : `${Math.ceil(part.file_size / 1e3)} kB`;
  return make("a", { className: "file", href: fileUrl(part), download: part.file_name || kind },
    make("span", { className: "glyph" }, icon(SHEET)),
    make("span", {}, make("b", {}, part.file_name || OTHER[kind]), make("small", {}, size)));
}

/** How wide a picture is shown, in pixels: in a box of 420 x 460, and wide enough for a caption. */
function shownWidth(message) {
  const { width = 420, height = 420 } = message.photo ? message.photo.at(-1) : {};
  return Math.max(180, Math.round(width * Math.min(1, 420 / width, 460 / height)));
}

const isPicture = (message) => Boolean(message.photo || SHOWN.test(message.document?.mime_type || ""));
const isFile = (message) => Boolean(!isPicture(message) && (message.document || Object.keys(OTHER).some((key) => message[key])));

function quote(message, goTo) {
  const original = message.reply_to_message;
  const button = make("button", { type: "button", className: "quote", "aria-label": `In reply to: ${gist(original)}` },
    make("b", {}, nameOf(original.from)), make("span", {}, gist(original)));
  button.addEventListener("click", () => goTo(original.message_id));
  return button;
}

function keyboard(message, press) {
  const rows = message.reply_markup?.inline_keyboard || [];
  return rows.length === 0 ? null : make("div", { className: "keyboard", role: "group", "aria-label": "Buttons" },
    ...rows.map((row) => make("div", {}, ...row.map((key) => {
      if (key.url) return make("a", { href: key.url, target: "_blank", rel: "noopener noreferrer" }, key.text);
      const button = make("button", { type: "button" }, key.text);
      button.addEventListener("click", () => press(message, key.callback_data, button));
      return button;
    }))));
}

function bubble(album, context) {
  const [first] = album;
  const pictures = album.filter(isPicture);
  const captioned = album.find((message) => message.caption);
  const parts = [];
  if (!context.mine && context.group) {
    const sender = make("div", { className: "sender" }, nameOf(first.from));
    sender.style.setProperty("--hue", hue(first.from.id));
    parts.push(sender);
  }
  if (first.forward_origin) parts.push(make("div", { className: "sender" }, "Forwarded"));
  if (first.reply_to_message) parts.push(quote(first, context.goTo));
  if (pictures.length) {
    const many = pictures.length > 1 ? "pictures many" : "pictures";
    parts.push(make("div", { className: many }, ...pictures.map((message) => picture(message, context.view))));
  }
  parts.push(...album.filter(isFile).map(fileRow));
  if (first.text) parts.push(words(first.text, first.entities, context.command));
  if (captioned) parts.push(words(captioned.caption, captioned.caption_entities, context.command));
  const edited = first.edit_date ? "edited " : "";
  parts.push(make("span", { className: "meta" }, edited + time.format(first.date * 1000)));
  return make("div", { className: "bubble" }, ...parts);
}

/** The list item of a message or an album. `context`: mine, group, reactions, and what presses lead to. */
export function messageItem(album, context) {
  const [first] = album;
  const service = serviceText(first);
  if (service) return make("li", { className: "service", id: `m${first.message_id}` }, service);
  const reply = make("button", { type: "button", className: "icon reply", "aria-label": `Reply to: ${gist(first)}` }, icon(REPLY));
  reply.addEventListener("click", () => context.reply(first));
  const emoji = album.flatMap((message) => context.reactions[message.message_id] || []);
  const reactions = emoji.length ? make("span", { className: "reactions", "aria-label": `Reaction ${emoji.join(" ")}` }, emoji.join(" ")) : null;
  const pictures = album.filter(isPicture);
  const looks = ["message", context.mine ? "mine" : "", pictures.length ? "pictured" : ""].join(" ");
  const element = make("li", { className: looks, id: `m${first.message_id}` },
    bubble(album, context), reactions, keyboard(first, context.press), reply);
  if (pictures.length === 1) element.style.setProperty("--width", shownWidth(pictures[0]));
  return element;
}
