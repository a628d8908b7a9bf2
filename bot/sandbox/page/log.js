// The list of messages: albums gathered, redrawn only where something changed, scrolled with the talk.

import { byId } from "./dom.js";

const NEAR_END_PX = 120;

const scroller = byId("scroller");
const log = byId("log");
let atEnd = true;

const nearEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;

/** Whether the newest message is in sight. */
export const isAtEnd = () => atEnd;

/** Messages in order, those of one album together. */
function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1);
    const together = message.media_group_id && last?.[0].media_group_id === message.media_group_id;
    if (together) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

/** Show messages; `versionOf(album)` tells what an item shows, `makeItem(album)` makes it anew where that changed. */
export function showLog(messages, versionOf, makeItem) {
  const known = new Map([...log.children].map((element) => [element.id, element]));
  let sender = null;
  const items = albums(messages).map((album) => {
    const [first] = album;
    const version = versionOf(album);
    const old = known.get(`m${first.message_id}`);
    const element = old?.dataset.version === version ? old : makeItem(album);
    element.dataset.version = version;
    element.classList.toggle("first", first.from.id !== sender);
    sender = first.from.id;
    return element;
  });
  replaceChanged(items);
  byId("empty").hidden = items.length > 0;
}

/** Put `items` into the list touching only what changed, so that a screen reader says only what is new. */
function replaceChanged(items) {
  items.forEach((element, index) => {
    const there = log.children[index];
    if (there === element) return;
    if (there && there.id === element.id) there.replaceWith(element);
    else log.insertBefore(element, there || null);
  });
  while (log.children.length > items.length) log.lastElementChild.remove();
}

export function scrollToEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  atEnd = true;
}

/** Bring a message into sight and point it out. */
export function goTo(messageId) {
  const element = byId(`m${messageId}`);
  if (!element) return;
  element.scrollIntoView({ block: "center", behavior: "smooth" });
  element.classList.add("flash");
  element.addEventListener("animationend", () => element.classList.remove("flash"), { once: true });
}

/** Stay at the end while pictures load and messages come. */
export function startLog() {
  byId("latest").addEventListener("click", scrollToEnd);
  scroller.addEventListener("scroll", () => {
    atEnd = nearEnd();
    byId("latest").hidden = atEnd;
  });
  const size = new ResizeObserver(() => atEnd && scrollToEnd());
  size.observe(log);
  size.observe(scroller);
}
