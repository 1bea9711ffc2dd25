// The page on the canvas: what is drawn, and above it a clear box for each element, which takes clicks and the focus.

import { paintFrame } from "./frame.js";
import { nameOf } from "./names.js";
import { assetAddress, drawElement } from "./shapes.js";
import { desk, elements, fill, onChange, page, part, words } from "./state.js";
import { canvas, make, set } from "./svg.js";

const layers = { art: part("art"), box: part("elements") };
const drawn = new Map(); // id -> {art, box, shape}

const shapeOf = ({ x, y, is_locked: locked, ...rest }) => JSON.stringify(rest);

function begun(id) {
  const box = make("g", { class: "piece", role: "option", "data-id": id }, make("rect", { class: "reach" }));
  return { art: make("g", { "data-art": id }), box };
}

function paintElement(element) {
  const kept = drawn.get(element.id) ?? begun(element.id);
  const shape = shapeOf(element);
  if (kept.shape !== shape) kept.art.replaceChildren(drawElement(element));
  kept.shape = shape;
  drawn.set(element.id, kept);
  const transform = `translate(${element.x} ${element.y})`;
  const label = fill(element.is_locked ? words.labelLocked : words.label, { name: nameOf(element), ...sizes(element) });
  set(kept.art, { transform });
  set(kept.box, { transform, "aria-label": label });
  set(kept.box.firstChild, { width: element.w, height: element.h });
  kept.box.classList.toggle("is-locked", element.is_locked);
  return kept;
}

export const shown = (value) => String(Math.round(value * 10) / 10).replace(".", ",");
export const sizes = ({ x, y, w, h }) => ({ x: shown(x), y: shown(y), w: shown(w), h: shown(h) });

// Nodes stay where they are as long as they can: one that moves in the tree loses the focus.
function paintElements() {
  const list = elements();
  const had = document.activeElement?.closest("[data-id]");
  const known = new Set(list.map(({ id }) => id));
  for (const [id, { art, box }] of drawn) {
    if (known.has(id)) continue;
    art.remove();
    box.remove();
    drawn.delete(id);
  }
  for (const [at, element] of list.entries()) {
    const kept = paintElement(element);
    for (const [name, layer] of Object.entries(layers)) {
      if (layer.children[at] !== kept[name]) layer.insertBefore(kept[name], layer.children[at] ?? null);
    }
  }
  if (had?.isConnected && document.activeElement !== had) had.focus({ preventScroll: true });
}

function paintPage() {
  const { ground, background } = page();
  set(part("ground"), { fill: ground });
  set(part("background"), { href: background ? assetAddress(background) : null });
  set(canvas, { "aria-label": words[desk.side] });
}

// With nothing picked the canvas is one stop of the Tab key; else Tab walks from element to element.
let lastPicked = null;

export function paintPick() {
  lastPicked = desk.picked ?? lastPicked;
  const entry = drawn.has(lastPicked) ? lastPicked : elements()[0]?.id;
  for (const [id, { box }] of drawn) {
    set(box, { "aria-selected": id === desk.picked, tabindex: desk.picked || id === entry ? 0 : -1 });
    box.classList.toggle("is-picked", id === desk.picked);
  }
  paintFrame();
}

export const focusElement = (id) => drawn.get(id)?.box.focus({ preventScroll: true });

export function paint() {
  paintPage();
  paintElements();
  paintPick();
}

export function redrawTexts() {
  for (const kept of drawn.values()) kept.shape = "";
  paint();
}

onChange((what) => (what === "pick" ? paintPick() : paint()));
addEventListener("resize", paintFrame);
