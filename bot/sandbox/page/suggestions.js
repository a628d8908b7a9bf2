// The commands that are offered while one is being typed: a listbox that the text field keeps the focus of.

import { byId, make } from "./dom.js";

const text = byId("text");
const list = byId("suggestions");
let offered = [];
let chosen = 0;

function show() {
  list.hidden = offered.length === 0;
  list.replaceChildren(...offered.map(({ command, description }, index) => {
    const item = make("li", { id: `command${index}`, role: "option", "aria-selected": String(index === chosen) },
      make("b", {}, `/${command}`), make("span", {}, description));
    item.addEventListener("mousedown", (event) => {
      event.preventDefault(); // keeps the focus in the field
      take(index);
    });
    return item;
  }));
  if (list.hidden) text.removeAttribute("aria-activedescendant");
  else text.setAttribute("aria-activedescendant", `command${chosen}`);
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function take(index) {
  text.value = `/${offered[index].command} `;
  hideSuggestions();
  text.focus();
}

export function hideSuggestions() {
  offered = [];
  show();
}

/** Offer what fits the command being typed; `load()` gives the menu of the chat. */
export async function suggest(load) {
  const typed = /^\/(\w*)$/.exec(text.value);
  if (!typed) return hideSuggestions();
  const { commands } = await load();
  if (text.value !== typed[0]) return undefined; // typed on meanwhile
  offered = commands.filter(({ command }) => command.startsWith(typed[1].toLowerCase()));
  chosen = 0;
  return show();
}

/** Arrows choose, Tab and Enter take, Escape closes; whether the key was for the suggestions. */
export function keyForSuggestions(event) {
  if (offered.length === 0) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const exact = text.value === `/${offered[chosen].command}`;
  if (step) {
    chosen = (chosen + step + offered.length) % offered.length;
    show();
  } else if (event.key === "Tab" || (event.key === "Enter" && !exact)) take(chosen);
  else if (event.key === "Escape") hideSuggestions();
  else return false;
  event.preventDefault();
  return true;
}
