// Texts as they will be printed, nearly: smaller until they fit on one line, then wrapped. The preview is exact.

import { boot } from "./state.js";
import { make } from "./svg.js";

const MM = 0.352778; // of a point
const LINE = 1.2; // em: a line of the print, with its capitals in the middle
const RISE = 0.95; // em from the top of a line to its letters' foot
const pen = document.createElement("canvas").getContext("2d");

export const fontOf = (element) => boot.fonts[element.font] ?? boot.fonts.sans;

export function spoken(element) {
  const text = element.content.replace(/\{(\w+)\}/g, (whole, key) => boot.samples[key] ?? whole);
  return element.is_upper ? text.toLocaleUpperCase("id") : text;
}

// Width in millimetres at 1 pt.
function measure(element) {
  pen.font = `${element.is_italic ? "italic " : ""}${element.weight} 100px ${fontOf(element)}`;
  return (text) => (pen.measureText(text).width / 100 + element.tracking * [...text].length) * MM;
}

function wrap(text, width, widthOf) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const tallAt = (element, count, size) => (count * LINE + (count - 1) * (element.leading - 0.5)) * size * MM;

// `{size in pt, lines}`: on one line down to seven tenths, else in lines, as the print does it.
export function fit(element) {
  const { size, w, h, align } = element;
  const least = Math.min(element.min_size, size);
  const widthOf = measure(element);
  const paragraphs = spoken(element).split("\n");
  const longest = Math.max(...paragraphs.map(widthOf), 0.01);
  const whole = size * Math.min(1, w / (longest * size), h / tallAt(element, paragraphs.length, size));
  const isLow = h < 2.1 * LINE * least * MM;
  if (whole >= Math.max(least, size * 0.7) || (isLow && whole >= least)) return { size: whole, lines: paragraphs };
  const widest = Math.max(...paragraphs.flatMap((text) => text.split(" ")).map(widthOf), 0.01);
  const inLines = (at, width = w) => paragraphs.flatMap((text) => wrap(text, width / at, widthOf));
  const fits = (at) => tallAt(element, inLines(at).length, at) <= h;
  const largest = Math.max(least, Math.min(size, (w / widest) * 0.99));
  const best = fits(largest) ? largest : halve(fits, ...(fits(least) ? [least, largest] : [1, least]));
  const count = inLines(best).length;
  if (align !== "center" || count > 5) return { size: best, lines: inLines(best) };
  return { size: best, lines: inLines(best, halve((width) => inLines(best, width).length > count, w * 0.4, w, 1)) };
}

// The largest value between two that is so; `side` 1 gives the smallest that is not.
function halve(isSo, low, high, side = 0) {
  const range = [low, high];
  for (let turn = 0; turn < 8; turn += 1) {
    const middle = (range[0] + range[1]) / 2;
    range[isSo(middle) ? 0 : 1] = middle;
  }
  return range[side];
}

const ANCHOR = { left: "start", center: "middle", right: "end" };
const SHARE = { left: 0, center: 0.5, right: 1, top: 0, middle: 0.5, bottom: 1 };

export function drawText(element) {
  const { size, lines } = fit(element);
  const em = size * MM;
  const pitch = (LINE + element.leading - 0.5) * em;
  const first = (element.h - tallAt(element, lines.length, size)) * SHARE[element.valign] + RISE * em;
  // Tracking follows the last letter too: half of it would push a centred line to the left.
  const shift = element.align === "center" ? (element.tracking * em) / 2 : 0;
  const place = { x: element.w * SHARE[element.align] + shift, "text-anchor": ANCHOR[element.align] };
  const look = {
    fill: element.colour, "font-family": fontOf(element), "font-size": em, "font-weight": element.weight,
    "font-style": element.is_italic ? "italic" : "normal", "letter-spacing": element.tracking * em,
  };
  const write = (line, at) => make("text", { ...place, y: first + at * pitch, ...look }, line);
  return make("g", {}, ...lines.map(write));
}
