// Small helpers to build the page. Text is only ever set as text.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children; children that are strings become text nodes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon from one path. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const HUES = ["#c4553b", "#8a5cc2", "#2f8a5b", "#b7791f", "#2a7fb8", "#b8457f"];

/** A person's or chat's colour, always the same. */
export const hue = (id) => HUES[Math.abs(id) % HUES.length];

const TOAST_MS = 6000;

/** A short note that goes away by itself. */
export function toast(text) {
  const note = make("p", {}, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), TOAST_MS + 40 * text.length);
}
