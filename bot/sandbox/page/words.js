// A message's text and entities as nodes. Offsets count UTF-16 units, as JavaScript's strings do.

import { make } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const SAFE_LINK = /^(https?|mailto|tg):/i;

function link(url, child) {
  if (!SAFE_LINK.test(url)) return child;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, child);
}

function spoiler(child) {
  const cover = make("button", { type: "button", className: "spoiler", "aria-label": "Hidden text, press to show" }, child);
  cover.addEventListener("click", () => {
    cover.classList.add("open");
    cover.removeAttribute("aria-label");
  });
  return cover;
}

function wrap(entity, covered, child, onCommand) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], {}, child);
  if (entity.type === "text_link") return link(entity.url, child);
  if (entity.type === "url") return link(covered, child);
  if (entity.type === "spoiler") return spoiler(child);
  if (entity.type === "bot_command") {
    const command = make("button", { type: "button", className: "command" }, child);
    command.addEventListener("click", () => onCommand(covered));
    return command;
  }
  return entity.type.includes("mention") || entity.type === "hashtag" ? make("b", {}, child) : child;
}

/** Nodes for a text; each stretch between two entity borders is wrapped in all entities around it. */
export function words(text, entities = [], onCommand = () => {}) {
  const borders = new Set([0, text.length]);
  for (const { offset, length } of entities) borders.add(offset).add(offset + length);
  const cuts = [...borders].filter((cut) => cut <= text.length).sort((a, b) => a - b);
  const body = make("div", { className: "words" });
  cuts.slice(0, -1).forEach((start, index) => {
    const end = cuts[index + 1];
    const around = entities.filter(({ offset, length }) => offset <= start && offset + length >= end);
    const covered = ({ offset, length }) => text.slice(offset, offset + length);
    body.append(around.reduceRight(
      (child, entity) => wrap(entity, covered(entity), child, onCommand),
      document.createTextNode(text.slice(start, end)),
    ));
  });
  return body;
}
