// The question page: every tap is kept on the phone, then sent; moving between questions needs no signal.

import { Store } from "./quiz_store.js";
import { Sync } from "./quiz_sync.js";
import "./quiz_timer.js";

const form = document.querySelector("[data-quiz]");
const status = document.querySelector("[data-sync]");
const palette = form.querySelector(".palette[data-done]");
const total = Number(form.dataset.total);
let number = Number(form.dataset.number ?? 0);

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
const store = new Store(form.dataset.quiz, Number(form.dataset.seq));
const sync = new Sync(store, { url: form.dataset.url, token: form.elements.csrf_token.value, show });

function show(kind, values) {
  status.className = { saved: "sync", waiting: "sync sync-wait" }[kind] ?? "sync sync-bad";
  const use = status.querySelector("use");
  const shape = { saved: "cloud-check", waiting: "cloud-off" }[kind] ?? "circle-alert";
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${shape}`));
  status.querySelector("span").textContent = fill(status.dataset[kind], values);
  paint();
}

function value(n) {
  const text = form.elements[`t${n}`];
  if (text) return { n, text: text.value };
  const checked = form.querySelector(`[name="q${n}"]:checked`);
  return checked ? { n, choice: Number(checked.value) } : null;
}

function keep(target) {
  const answer = /^[qt]\d+$/.test(target.name) ? value(Number(target.name.slice(1))) : null;
  if (!answer) return;
  store.add(answer);
  paint();
  sync.flush();
}

function paint() {
  if (!palette) return;
  const waiting = new Set(store.waiting().map((answer) => answer.n));
  let answered = 0;
  for (const link of palette.querySelectorAll("[data-go]")) {
    const n = Number(link.dataset.go);
    const given = value(n);
    const is = given && (given.choice || given.text) ? (waiting.has(n) ? "wait" : "done") : "open";
    answered += is !== "open";
    link.className = is === "open" ? "" : `is-${is}`;
    link.setAttribute("aria-label", fill(palette.dataset[is], { number: n }));
    if (n === number) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const line = form.querySelector("[data-answered]");
  line.textContent = fill(line.dataset.text, { count: answered });
}

function go(target) {
  if (target < 1 || target > total) return;
  number = target;
  for (const part of form.querySelectorAll("[data-question]")) part.hidden = Number(part.dataset.question) !== number;
  document.querySelector('[data-step="-1"]').hidden = number === 1;
  document.querySelector('[data-step="1"]').hidden = number === total;
  document.querySelector("[data-finish]").hidden = number !== total;
  document.querySelector("[data-progress]").value = number;
  history.replaceState(null, "", `${form.dataset.page}/${number}`);
  paint();
  scrollTo(0, 0);
  document.getElementById(`soal-${number}`).focus({ preventScroll: true });
}

// What waits on this phone is newer than what the page was made from.
for (const { n, choice, text } of store.waiting()) {
  if (text !== undefined && form.elements[`t${n}`]) form.elements[`t${n}`].value = text;
  const option = form.querySelector(`[name="q${n}"][value="${choice}"]`);
  if (option) option.checked = true;
}
form.addEventListener("change", (event) => keep(event.target));
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const to = event.submitter?.dataset ?? {};
  if (to.step) return go(number + Number(to.step));
  if (!(await sync.flush()) && !sync.stopped) return;
  if (to.finish) location.assign(to.finish);
  else form.submit();
});
palette?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-go]");
  if (!link) return;
  event.preventDefault();
  go(Number(link.dataset.go));
});
paint();
sync.flush();
