// What lies on the desk: the design, the side that is shown, the element that is picked, and every step back.

const STEPS = 200;
export const root = document.querySelector("[data-designer]");
export const boot = JSON.parse(document.getElementById("designer-data").textContent);
export const words = document.querySelector("[data-words]").dataset;
export const desk = { design: boot.design, side: "front", picked: null };
const past = [];
const future = [];
const watchers = [];
let lastKey = "";

export const part = (name) => root.querySelector(`[data-${name}]`);
export const parts = (name) => [...root.querySelectorAll(`[data-${name}]`)];
export const page = () => desk.design[desk.side] ?? desk.design.front;
export const elements = () => page().elements;
export const byId = (id) => elements().find((element) => element.id === id);
export const picked = () => byId(desk.picked);
export const asText = () => JSON.stringify(desk.design);
export const canUndo = () => past.length > 0;
export const canRedo = () => future.length > 0;

// `{braces}` of a text for people, filled in.
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

// Watchers hear what happened: "design", "pick" or "side".
export const onChange = (watcher) => watchers.push(watcher);

export function tell(what) {
  for (const watcher of watchers) watcher(what);
}

const snapshot = () => JSON.stringify(desk);

// One step. Steps in a row with the same key are one: a drag, or the typing in one field.
export function change(edit, key = "") {
  const before = snapshot();
  if (edit(page()) === false) return;
  if (!key || key !== lastKey) {
    past.push(before);
    if (past.length > STEPS) past.shift();
  }
  lastKey = key;
  future.length = 0;
  tell("design");
}

// The next step is one of its own, even with the same key.
export function endStep() {
  lastKey = "";
}

// A step that led nowhere, such as a drag that Escape ended.
export function cancelStep() {
  if (past.length) restore(past.pop());
}

function restore(text) {
  Object.assign(desk, JSON.parse(text));
  lastKey = "";
  tell("side");
  tell("design");
}

function step(from, to) {
  if (!from.length) return false;
  to.push(snapshot());
  restore(from.pop());
  return true;
}

export const undo = () => step(past, future);
export const redo = () => step(future, past);

// Another design altogether, such as work that was kept in this browser; it can be undone too.
export function replace(design) {
  change(() => { desk.design = design; });
  pick(null);
  turn("front");
}

export function pick(id) {
  if (desk.picked === id) return;
  desk.picked = id;
  endStep();
  tell("pick");
}

export function turn(side) {
  if (desk.side === side || !desk.design[side]) return;
  Object.assign(desk, { side, picked: null });
  endStep();
  tell("side");
}
