// The questions of the page: which one is shown, what is answered, and what the person marked for themselves.

import * as face from "./quiz_face.js";
import * as fields from "./quiz_fields.js";
import { Store } from "./quiz_store.js";

const part = (name) => document.querySelector(name);
export const form = part("[data-quiz]");
export const sections = new Map(
  [...form.querySelectorAll("[data-question]")].map((box) => [Number(box.dataset.question), box]),
);
export const store = new Store(form.dataset.quiz, Number(form.dataset.seq));
export const now = { number: Number(form.dataset.number), state: "saved" };
const flag = part("[data-flag]");
flag.hidden = false;

function look(n) {
  const isFlagged = store.read().flags.includes(n);
  if (!fields.has(form, n)) return { is: "read", isFlagged };
  const isGiven = fields.isGiven(fields.read(form, n));
  return { is: store.numbers().has(n) ? "wait" : isGiven ? "done" : "open", isGiven, isFlagged };
}

export function paint() {
  const looks = new Map([...sections.keys()].map((n) => [n, look(n)]));
  const all = [...looks.values()];
  const count = (test) => all.filter(test).length;
  face.status(now.state, count(({ is }) => is === "done"), store.numbers().size);
  face.palette(part(".palette"), now.number, (n) => looks.get(n));
  const line = part("[data-answered]");
  const values = { count: count(({ isGiven }) => isGiven), total: count(({ is }) => is !== "read") };
  line.textContent = face.fill(line.dataset.text, values);
  const flagged = [...looks].filter(([, { isFlagged }]) => isFlagged).map(([n]) => n);
  const list = part("[data-flags]");
  list.hidden = !flagged.length;
  list.querySelector("span").textContent = face.fill(list.dataset.text, { list: flagged.join(", ") });
  controls(looks.get(now.number));
}

// What can be done with the question that is shown.
function controls({ is, isFlagged }) {
  const isOpen = is !== "read" && !fields.isLocked(form, now.number);
  part("[data-clear]").hidden = !isOpen || !fields.hasTicked(form, now.number);
  for (const box of form.querySelectorAll("[data-check], [data-check-hint]")) box.hidden = !isOpen;
  flag.querySelector("input").checked = isFlagged;
}

flag.addEventListener("change", ({ target }) => {
  const others = store.read().flags.filter((n) => n !== now.number);
  store.change({ flags: target.checked ? [...others, now.number].sort((a, b) => a - b) : others });
  paint();
});

export function go(target, { silent = false } = {}) {
  if (!sections.has(target)) return;
  now.number = target;
  const total = sections.size;
  for (const [n, box] of sections) box.hidden = n !== target;
  part('[data-step="-1"]').hidden = target === 1;
  part('[data-step="1"]').hidden = target === total;
  part("[data-finish]").hidden = target !== total;
  for (const button of form.querySelectorAll("[data-check], [data-clear]")) {
    [button.value, button.formAction] = [target, `${form.dataset.page}/${target}`];
  }
  const bar = part("[data-progress]");
  bar.value = target;
  bar.setAttribute("aria-label", face.fill(bar.dataset.label, { number: target, total }));
  paint();
  if (silent) return;
  history.replaceState(null, "", `#${target}`); // the address stays the one under which the page is kept
  scrollTo(0, 0);
  part(`#soal-${target}`).focus({ preventScroll: true });
}
