// Pages that follow: asks every two seconds whether anything changed, and rests while nobody looks. Sends answers of
// live rounds without loading the page anew. Without this file the pages reload themselves and their forms work.

const root = document.querySelector("[data-follow]");
const lost = document.querySelector("[data-lost]");
const PAUSE = 1800;
const LONGEST_PAUSE = 10000;
let tag = root.dataset.tag;
let pause = PAUSE;
let timer;
let asked = 0; // an answer that comes in after a newer question was asked is out of date

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  const turn = ++asked;
  try {
    const answer = await fetch(root.dataset.follow, {
      headers: { "If-None-Match": `"${tag}"` },
      signal: AbortSignal.timeout(8000),
    });
    if (answer.redirected) return location.reload(); // signed out, or what was followed is over
    if (answer.status !== 200 && answer.status !== 304) throw new Error(answer.status);
    if (turn !== asked) return;
    if (answer.status === 200) show(await answer.text(), answer);
    rest(true);
  } catch {
    if (turn !== asked) return;
    rest(false);
  }
  timer = setTimeout(ask, pause);
}

function rest(went) {
  if (lost) lost.hidden = went;
  pause = went ? PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
}

// Whoever works by keyboard keeps the main button under the finger.
function show(html, answer) {
  const had = root.contains(document.activeElement);
  root.innerHTML = html;
  tag = (answer.headers.get("ETag") ?? tag).replace(/^W\/|"/g, "");
  if (had) root.querySelector("[data-main]")?.focus({ preventScroll: true });
  tick();
}

// An answer goes out at once, and again until the server has said something: it stores the first one only.
async function send(form, body) {
  clearTimeout(timer);
  const turn = ++asked;
  try {
    const answer = await fetch(form.action, {
      method: "POST", body, headers: { "Lms-Part": "1" }, signal: AbortSignal.timeout(8000),
    });
    if (answer.redirected || !answer.ok) throw new Error(answer.status);
    show(await answer.text(), answer);
    rest(true);
    if (turn === asked) timer = setTimeout(ask, PAUSE);
  } catch {
    rest(false);
    await new Promise((wake) => setTimeout(wake, PAUSE));
    await ask();
    if (root.contains(form)) send(form, body);
  }
}

root.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-quick]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  send(form, new URLSearchParams(new FormData(form)));
});

document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey, target }) => {
  if (ctrlKey || metaKey || altKey || target.matches("input, textarea, select")) return;
  document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
});

// The clock of the server counts: what it said when the part was made is taken as the start.
const begun = new WeakMap();
function tick() {
  for (const place of root.querySelectorAll("[data-ends]")) {
    if (!begun.has(place)) begun.set(place, performance.now());
    const left = place.dataset.ends - place.dataset.now - (performance.now() - begun.get(place));
    place.textContent = Math.max(0, Math.ceil(left / 1000));
  }
}

document.addEventListener("visibilitychange", ask);
setInterval(tick, 250);
tick();
timer = setTimeout(ask, PAUSE);
