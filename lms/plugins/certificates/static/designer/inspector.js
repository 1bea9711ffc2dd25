// The fields of the picked element; with nothing picked, those of the page.

import { duplicate, lift, lock, remove } from "./deeds.js";
import { mark, read, write } from "./fields.js";
import { inside } from "./geometry.js";
import { kindOf, nameOf, neededBecause } from "./names.js";
import { change, desk, endStep, onChange, page, part, parts, picked, turn } from "./state.js";

const BOX = ["x", "y", "w", "h"];
const form = part("inspector");
const fields = [...form.querySelectorAll("[data-field]")];
const TARGETS = { element: picked, page, design: () => desk.design };
const targetOf = (field) => TARGETS[field.dataset.of ?? "element"]();

function paint() {
  const element = picked();
  for (const box of parts("for")) {
    const kinds = box.dataset.for.split(" ");
    box.hidden = !kinds.includes(element ? element.kind : "page") && !(element && kinds.includes("any"));
  }
  part("title").textContent = element ? nameOf(element) : part("title").dataset.page;
  part("kind").textContent = element && nameOf(element) !== kindOf(element.kind) ? kindOf(element.kind) : "";
  part("needed").hidden = !element || !neededBecause(element, desk.design);
  part("deed-lock")?.setAttribute("aria-pressed", Boolean(element?.is_locked));
  for (const field of fields) paintField(field);
  paintSides();
}

// What is being typed is not written over, unless it means something else by now.
function paintField(field) {
  const target = targetOf(field);
  const name = field.dataset.field;
  if (!target || !(name in target)) return;
  if (field === document.activeElement && (read(field) === target[name] || read(field) === undefined)) return;
  write(field, target[name]);
  mark(field, false);
}

function paintSides() {
  for (const button of parts("side")) {
    button.setAttribute("aria-pressed", button.dataset.side === desk.side);
    button.disabled = !desk.design[button.dataset.side];
  }
  part("has-back").checked = Boolean(desk.design.back);
}

function take({ target: field }) {
  if (!field.dataset.field) return;
  const target = targetOf(field);
  const value = read(field);
  mark(field, value === undefined);
  if (!target || value === undefined) return;
  change(() => { set(target, field.dataset.field, value); }, `${desk.picked}:${field.dataset.field}`);
}

function set(target, name, value) {
  target[name] = value;
  if (BOX.includes(name)) Object.assign(target, inside(target));
  if (name === "size" && target.min_size > value) target.min_size = value;
  if (name === "min_size" && target.size < value) target.size = value;
}

// A token goes where the cursor is.
function insertToken({ target: list }) {
  const field = form.querySelector("[data-field=content]");
  if (!list.value) return;
  field.setRangeText(`{${list.value}}`, field.selectionStart, field.selectionEnd, "end");
  list.value = "";
  endStep();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function toggleBack({ target }) {
  change(() => { desk.design.back = target.checked ? structuredClone(part("has-back").fresh) : null; });
  if (!target.checked) turn("front");
}

const DEEDS = { duplicate, remove: () => remove(), forward: () => lift(1), back: () => lift(-1), lock: () => lock() };

export function wireInspector(freshBack) {
  part("has-back").fresh = freshBack;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", take);
  form.addEventListener("focusout", ({ target: field }) => {
    endStep();
    if (field.dataset.field && picked()) paintField(field);
  });
  part("tokens").addEventListener("change", insertToken);
  part("has-back").addEventListener("change", toggleBack);
  for (const button of parts("side")) button.addEventListener("click", () => turn(button.dataset.side));
  for (const button of parts("deed")) button.addEventListener("click", DEEDS[button.dataset.deed]);
  onChange(paint);
  paint();
}
