// The chat page: who one is, which chat is open, what happens there.

import { startComposer, replyWith, write } from "./composer.js";
import { byId, hue, make, toast } from "./dom.js";
import { goTo, isAtEnd, scrollToEnd, showLog, startLog } from "./log.js";
import { messageItem, nameOf } from "./messages.js";
import * as server from "./server.js";

const ACTION_MS = 5000; // as long as Telegram shows a chat action
const ACTIONS = {
  typing: "is typing…", upload_photo: "is sending a photo…", upload_document: "is sending a file…",
};

let world = { bot: {}, users: [], chats: [], last: 0 };
let me = null;
let chat = null;
let messages = new Map();
let reactions = {};
const unread = new Set();
let actionTimer = 0;

const titleOf = (one) => (one.type === "private" ? world.bot.first_name : one.title);
const myChats = () => world.chats.filter((one) => one.members.includes(me.id));

// ── who and where ──

function showPeople() {
  byId("person").replaceChildren(...world.users.map((user) =>
    make("option", { value: String(user.id), selected: user.id === me.id }, nameOf(user))));
}

function showChats() {
  byId("chats").replaceChildren(...myChats().map((one) => {
    const avatar = make("span", { className: "avatar", "aria-hidden": "true" }, titleOf(one)[0]);
    avatar.style.setProperty("--hue", hue(one.type === "private" ? 4 : one.id));
    const note = one.type === "private" ? "Private chat with the bot" : `${one.members.length} people and the bot`;
    const dot = unread.has(one.id) ? make("span", { className: "unread", role: "img", "aria-label": "New messages" }) : null;
    const button = make("button", { type: "button", "aria-current": String(one.id === chat?.id) },
      avatar, make("span", { className: "lines" }, make("b", {}, titleOf(one)), make("span", {}, note)), dot);
    button.addEventListener("click", () => openChat(one));
    return make("li", {}, button);
  }));
}

function showHeader() {
  byId("chat-title").textContent = titleOf(chat);
  byId("chat-avatar").textContent = titleOf(chat)[0];
  byId("chat-avatar").style.setProperty("--hue", hue(chat.type === "private" ? 4 : chat.id));
  document.title = `${titleOf(chat)} · Sandbox`;
  showNote("");
}

function showNote(action) {
  const group = chat.type === "private" ? "bot" : `${chat.members.length} people, ${world.bot.first_name}`;
  byId("chat-note").textContent = action || group;
  byId("chat-note").classList.toggle("active", Boolean(action));
}

function showBanner(connected = true) {
  byId("banner").hidden = connected && world.bot.polling;
  byId("banner").textContent = connected
    ? "The bot is starting… What you send now is answered when it is there."
    : "The sandbox has stopped. Start it again and this page goes on.";
}

function toggleSidebar(open) {
  byId("sidebar").classList.toggle("open", open);
  byId("scrim").hidden = !open;
  byId("menu").setAttribute("aria-expanded", String(open));
}

async function becomePerson(userId) {
  me = world.users.find((user) => user.id === userId);
  localStorage.setItem("person", String(userId));
  showPeople();
  await openChat(myChats().find((one) => one.id === chat?.id && one.type !== "private") ?? myChats()[0]);
}

async function openChat(one) {
  chat = one;
  unread.delete(one.id);
  const past = await server.history(one.id);
  if (chat !== one) return; // another one was opened meanwhile
  messages = new Map(past.messages.map((message) => [message.message_id, message]));
  reactions = past.reactions;
  replyWith(null);
  showChats();
  showHeader();
  showMessages({ toEnd: true });
  toggleSidebar(false);
}

// ── messages ──

function item(album) {
  const [first] = album;
  return messageItem(album, {
    mine: first.from.id === me.id,
    group: chat.type !== "private",
    reactions,
    reply: replyWith,
    press,
    goTo,
    view,
    command: write,
  });
}

function showMessages({ toEnd }) {
  const versionOf = (album) =>
    JSON.stringify([me.id, chat.id, album, album.map((message) => reactions[message.message_id])]);
  showLog(messages.values(), versionOf, item);
  if (toEnd) scrollToEnd();
}

function view(source, label) {
  const image = byId("viewer").querySelector("img");
  image.src = source;
  image.alt = label;
  byId("viewer").showModal();
}

async function press(message, data, button) {
  button.setAttribute("aria-busy", "true");
  try {
    await server.press(chat.id, me.id, message.message_id, data);
  } catch (error) {
    toast(error.message);
  }
  setTimeout(() => button.removeAttribute("aria-busy"), ACTION_MS);
}

// ── what happens ──

function showAction(text) {
  clearTimeout(actionTimer);
  showNote(text);
  if (text) actionTimer = setTimeout(() => showNote(""), ACTION_MS);
}

function showAnswer(event) {
  document.querySelectorAll(".keyboard [aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  if (event.user_id !== me.id || !event.text) return;
  if (!event.show_alert) {
    toast(event.text);
    return;
  }
  byId("alert-text").textContent = event.text;
  byId("alert").showModal();
}

function changeHere(event) {
  const toEnd = isAtEnd() || event.message?.from.id === me.id;
  if (event.kind === "message" || event.kind === "edit") messages.set(event.message.message_id, event.message);
  if (event.kind === "delete") messages.delete(event.message_id);
  if (event.kind === "reaction") reactions[event.message_id] = event.emoji;
  if (event.kind === "message" && event.from_bot) showAction("");
  showMessages({ toEnd });
}

async function onEvent(event) {
  if (event.kind === "polling") {
    world.bot.polling = event.polling;
    showBanner();
    return;
  }
  if (event.kind === "membership" || !world.chats.some((one) => one.id === event.chat_id)) await refresh();
  if (event.kind === "callback_answer") showAnswer(event);
  if (event.chat_id !== chat.id) {
    if (event.kind === "message" && event.from_bot) unread.add(event.chat_id);
    showChats();
    return;
  }
  if (event.kind === "action") showAction(`${world.bot.first_name} ${ACTIONS[event.action] || "is busy…"}`);
  else changeHere(event);
}

async function refresh() {
  world = await server.state();
  chat = world.chats.find((one) => one.id === chat?.id) || chat;
  if (!world.users.some((user) => user.id === me?.id)) me = world.users[0];
  showPeople();
  showChats();
}

async function onConnection(connected) {
  if (connected) world.bot.polling = (await server.state()).bot.polling;
  showBanner(connected);
}

async function start() {
  world = await server.state();
  const last = Number(localStorage.getItem("person"));
  await becomePerson(world.users.some((user) => user.id === last) ? last : world.users[0].id);
  startComposer(() => ({ chatId: chat.id, userId: me.id, threadId: 0 }));
  byId("person").addEventListener("change", ({ target }) => becomePerson(Number(target.value)));
  byId("hello").addEventListener("click", () => server.send(chat.id, { from: me.id, text: "/start" }, "", []));
  byId("menu").addEventListener("click", () => toggleSidebar(true));
  byId("scrim").addEventListener("click", () => toggleSidebar(false));
  byId("viewer").addEventListener("click", () => byId("viewer").close());
  startLog();
  addEventListener("keydown", (event) => { if (event.key === "Escape") toggleSidebar(false); });
  server.listen(world.last, onEvent, onConnection);
  showBanner();
  byId("text").focus();
}

start();
