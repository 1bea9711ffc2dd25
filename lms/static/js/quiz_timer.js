// Counts down by the server's clock: the phone's own may be wrong. It never hands anything in.

import { ask } from "./quiz_sync.js";

const box = document.querySelector("[data-timer]");
const over = document.querySelector("[data-ended]");
const announcer = document.querySelector("[data-announce]");
const told = new Set();
let ends = null; // by two clocks of the phone: one stops while it sleeps, the other can be set

// `left` is in seconds, as the server says with each answer; null without a time limit.
export function setEnd(store, left) {
  if (!box || left === null) return;
  if (ends && left * 1000 > remaining() + 30_000) told.clear(); // somebody gave more time
  ends = { date: Date.now() + left * 1000, run: performance.now() + left * 1000 };
  store.change({ ends: { deadline: box.dataset.deadline, at: ends.date } });
}

// A page that this phone kept knows an old moment, so what was reckoned when it was new counts. It looks the same when
// the phone's clock was set meanwhile: then the server is asked, which answers unless there is no signal.
export async function startTimer(store, { quiz, desk }) {
  if (!box) return;
  const fresh = (Number(box.dataset.deadline) - Number(box.dataset.now)) / 1000;
  const kept = store.read().ends;
  const isSame = kept?.deadline === box.dataset.deadline;
  const known = isSame ? Math.min(fresh, (kept.at - Date.now()) / 1000) : fresh;
  setEnd(store, Math.max(0, known));
  tick();
  if (known > fresh - 5) return;
  const found = await ask(desk).catch(() => null);
  setEnd(store, found?.attempts[quiz]?.left ?? null);
}

const remaining = () => Math.max(0, Math.min(ends.date - Date.now(), ends.run - performance.now()));

function say(minute, text) {
  if (told.has(minute)) return;
  told.add(minute);
  announcer.textContent = text;
}

function tick() {
  const seconds = Math.round(remaining() / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const shown = `${two(Math.floor(seconds / 60))}.${two(seconds % 60)}`;
  if (box.textContent !== shown) box.textContent = shown;
  if (over) over.hidden = seconds > 0;
  if (seconds === 0) say(0, box.dataset.over);
  else if (seconds <= 60) say(1, box.dataset.left.replace("{count}", 1));
  else if (seconds <= 300) say(5, box.dataset.left.replace("{count}", 5));
  setTimeout(tick, 500);
}
