// The keyboard: arrows move, Delete deletes, Ctrl+Z, Ctrl+D and Ctrl+S do what they do elsewhere, Escape lets go.

import { duplicate, remove } from "./deeds.js";
import { focusElement, sizes } from "./draw.js";
import { paintLines } from "./frame.js";
import { inside } from "./geometry.js";
import { nameOf } from "./names.js";
import { abandon } from "./pointer.js";
import { change, desk, fill, part, pick, picked, redo, root, undo, words } from "./state.js";
import { canvas } from "./svg.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 5; // mm with Shift

export const say = (text) => { part("said").textContent = text; };

function nudge(arrow, step) {
  const box = picked();
  if (box.is_locked) return say(words.isLocked);
  const [dx, dy] = ARROWS[arrow];
  change(() => { Object.assign(box, inside({ ...box, x: box.x + dx * step, y: box.y + dy * step })); });
  say(fill(words.moved, { name: nameOf(box), ...sizes(box) }));
}

function onCanvas(event) {
  if (!picked()) return false;
  if (event.key in ARROWS && !event.ctrlKey && !event.metaKey) nudge(event.key, event.shiftKey ? FAR : 1);
  else if (event.key === "Delete" || event.key === "Backspace") remove();
  else return false;
  return true;
}

const isTyping = (target) =>
  target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=color])");

function everywhere(event, save) {
  const key = event.key.toLowerCase();
  if (key === "s") save();
  else if (isTyping(event.target)) return false;
  else if (key === "z") (event.shiftKey ? redo : undo)();
  else if (key === "y") redo();
  else if (key === "d" && picked()) duplicate();
  else return false;
  return true;
}

function letGo(event) {
  if (event.key !== "Escape") return false;
  if (abandon()) return true;
  if (!desk.picked || !canvas.contains(event.target)) return false;
  pick(null);
  paintLines();
  return true;
}

export function wireKeys(save) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const has = (event.ctrlKey || event.metaKey) && !event.altKey
      ? everywhere(event, save)
      : letGo(event) || (canvas.contains(event.target) && onCanvas(event));
    if (has) event.preventDefault();
  });
  // What has the focus is what is picked, for whoever tabs through the canvas.
  canvas.addEventListener("focusin", ({ target }) => {
    const { id } = target.closest("[data-id]")?.dataset ?? {};
    if (id) pick(id);
  });
  root.addEventListener("pointerup", ({ target }) => {
    if (target.closest("[data-canvas]") && desk.picked) focusElement(desk.picked);
  });
}
