// What is done with whole elements: new, twice, gone, forward, back, locked.

import { MARGIN, HEIGHT, WIDTH, inside } from "./geometry.js";
import { nameOf, neededBecause } from "./names.js";
import { boot, byId, change, desk, elements, fill, part, pick, picked, words } from "./state.js";

const SHIFT = 4; // mm that a copy lies beside its original
const SIZES = {
  text: [120, 10], picture: [60, 40], logo: [24, 24], stamp: [32, 32], signature: [54, 20], qr: [25, 25], ornament: [160, 7],
};

function freshId(kind) {
  const taken = new Set(elements().map(({ id }) => id));
  let number = 1;
  while (taken.has(`${kind}-${number}`)) number += 1;
  return `${kind}-${number}`;
}

function place(element) {
  change(({ elements: list }) => { list.push(element); });
  pick(element.id);
}

// In the middle of the page, and a little lower for each one that lies there already.
export function add(kind) {
  if (elements().length >= boot.most) return tellGone(words.tooMany);
  const [w, h] = SIZES[kind];
  const box = inside({ x: (WIDTH - w) / 2, y: (HEIGHT - h) / 2, w, h });
  while (elements().some(({ x, y }) => x === box.x && y === box.y) && box.y < HEIGHT - MARGIN - h) box.y += SHIFT;
  const fresh = { ...structuredClone(boot.fresh[kind]), id: freshId(kind), ...box };
  if (kind === "signature") fresh.place = freePlace();
  place(fresh);
}

function freePlace() {
  const used = new Set(elements().filter(({ kind }) => kind === "signature").map((element) => element.place));
  return [1, 2, 3].find((number) => !used.has(number)) ?? 3;
}

export function duplicate() {
  const source = picked();
  if (source.kind === "name" || source.kind === "materials") return tellGone(words.onlyOne);
  if (elements().length >= boot.most) return tellGone(words.tooMany);
  const copy = { ...structuredClone(source), id: freshId(source.kind), is_locked: false };
  place({ ...copy, ...inside({ ...copy, x: copy.x + SHIFT, y: copy.y + SHIFT }) });
}

export function remove(id = desk.picked) {
  const element = byId(id);
  const reason = neededBecause(element, desk.design);
  if (reason || element.is_locked) return tellGone(reason || words.isLocked);
  change(({ elements: list }) => { list.splice(list.indexOf(element), 1); });
  pick(null);
  tellGone(fill(words.deleted, { name: nameOf(element) }), true);
}

// What happened to the last element, with the way back.
export function tellGone(text, hasUndo = false) {
  part("gone").hidden = !text;
  part("gone-text").textContent = text;
  part("gone-undo").hidden = !hasUndo;
}

export function lift(by, id = desk.picked) {
  change(({ elements: list }) => {
    const at = list.findIndex((element) => element.id === id);
    const to = at + by;
    if (to < 0 || to >= list.length) return false;
    list.splice(to, 0, ...list.splice(at, 1));
  });
}

export function lock(id = desk.picked) {
  change(() => { byId(id).is_locked = !byId(id).is_locked; });
}
