// What elements are called: on the canvas for screen readers, in the list, and above the fields.

import { boot, words } from "./state.js";

const LONGEST = 34;
const TOKEN = /\{(\w+)\}/g;

const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text);

export const kindOf = (kind) => boot.kinds[kind];

// A text is called by what it says, a single token by its meaning.
export function nameOf(element) {
  if (element.kind === "name") return words.nameOfHolder;
  if (element.kind === "text") {
    const said = element.content.replace(TOKEN, (whole, key) => boot.tokens[key] ?? whole).replace(/\s+/g, " ").trim();
    return short(said) || kindOf("text");
  }
  if (element.kind === "signature") return `${kindOf("signature")} ${element.place}`;
  if (element.kind === "ornament") return boot.ornaments[element.ornament];
  return short(element.alt || kindOf(element.kind));
}

// Why this element cannot be deleted; "" when it can.
export function neededBecause(element, design) {
  const all = [...design.front.elements, ...(design.back?.elements ?? [])];
  if (element.kind === "name") return words.nameNeeded;
  if (element.kind === "materials") return words.materialsNeeded;
  if (element.kind === "qr" && all.filter(({ kind }) => kind === "qr").length === 1) return words.qrNeeded;
  return "";
}
