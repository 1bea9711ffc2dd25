// Mouse, pen and finger: an element is picked, moved, or pulled at one of eight grips; Alt switches snapping off.

import { paintLines } from "./frame.js";
import { inside, pull, snapGrow, snapMove } from "./geometry.js";
import { byId, cancelStep, change, desk, elements, endStep, pick, picked } from "./state.js";
import { canvas, millimetres, placeOf } from "./svg.js";

const REACH = 6; // pixels in which things snap
const STILL = 3; // a press that moves less is a click
let drag = null;

function begin(event) {
  if (event.button !== 0 || drag) return;
  const grip = event.target.closest("[data-grip]")?.dataset.grip;
  const id = event.target.closest("[data-id]")?.dataset.id;
  if (!grip && !id) return pick(null);
  // A finger picks with the first touch and moves with the next, so that the page can still be scrolled.
  const mayMove = grip || event.pointerType === "mouse" || id === desk.picked;
  if (!grip) pick(id);
  const box = picked();
  if (!mayMove || box.is_locked) return;
  drag = { grip, from: placeOf(event), box: { ...box }, id: box.id, pointer: event.pointerId, key: `drag${event.timeStamp}` };
}

function move(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const here = placeOf(event);
  const [dx, dy] = [here.x - drag.from.x, here.y - drag.from.y];
  if (!drag.moves && Math.hypot(dx, dy) < millimetres(STILL)) return;
  if (!drag.moves) canvas.setPointerCapture(drag.pointer);
  drag.moves = true;
  const { box, lines } = settled(dx, dy, event.altKey);
  change(() => { Object.assign(byId(drag.id), inside(box)); }, drag.key);
  paintLines(lines);
}

function settled(dx, dy, isFree) {
  const reach = isFree ? -1 : millimetres(REACH);
  const others = elements().filter(({ id, is_locked: locked }) => id !== drag.id && !locked);
  if (drag.grip) return snapGrow(pull(drag.box, drag.grip, dx, dy), drag.grip, others, reach);
  return snapMove({ ...drag.box, x: drag.box.x + dx, y: drag.box.y + dy }, others, reach);
}

function end() {
  drag = null;
  paintLines();
  endStep();
}

// Escape in the middle puts the element back.
export function abandon() {
  if (!drag) return false;
  if (drag.moves) cancelStep();
  end();
  return true;
}

export function wirePointer() {
  canvas.addEventListener("pointerdown", begin);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}
