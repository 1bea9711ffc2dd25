// The screen of the hall: makes its codes itself, all day without internet, and asks for the counter while there is some.
import { begin, learn, now, wrongBy } from "./screen_clock.js";
import { Choice } from "./screen_session.js";
import { STEP, codeAt, draw } from "./venue_code.js";

const root = document.querySelector("[data-screen]");
const { screen: url, address, alphabet, zone, offline, wrong } = root.dataset;
const find = (name) => document.querySelector(`[data-${name}]`);
const canMake = Boolean(window.crypto?.subtle); // plain http has none: there the server makes every code
const clock = new Intl.DateTimeFormat("id", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const choice = new Choice(root.dataset);
let shown = ""; // session, way and step of what is on the screen
let ends = Date.now() + Number(root.dataset.seconds) * 1000;

const left = () => (canMake ? STEP - ((now() / 1000) % STEP) : Math.max(0, (ends - Date.now()) / 1000));

async function show() {
  const { session, key, way } = choice;
  const step = Math.floor(now() / 1000 / STEP);
  const what = `${session.id}.${way}.${step}`;
  if (shown === what) return;
  shown = what;
  const code = await codeAt(key, step * STEP, alphabet);
  if (shown !== what) return;
  put(code, () => draw(find("qr").querySelector("svg"), address.replace("/0/X", `/${session.id}/${code}`)));
  for (const name of ["title", "room", "time"]) find(name).textContent = session[name];
  for (const link of document.querySelectorAll("[data-way-link]")) {
    link.hidden = !(link.dataset.wayLink in session.keys);
    link.setAttribute("aria-current", link.dataset.wayLink === way ? "page" : "false");
  }
  find("waytext").textContent = find("waytext").dataset[way];
}

function put(code, picture) {
  find("code").textContent = `${code.slice(0, 3)}-${code.slice(3)}`;
  picture();
  const ring = document.querySelector(".ring-time");
  const fresh = ring.cloneNode(true);
  fresh.style.animationDelay = `${left() - STEP}s`;
  ring.replaceWith(fresh);
}

async function refresh() {
  const sent = Date.now();
  const session = canMake ? choice.session.id : root.dataset.session;
  try {
    const answer = await fetch(`${url}?sesi=${session}&kode=${choice.way}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(5000),
    });
    if (!answer.ok) throw new Error(answer.status);
    const next = await answer.json();
    learn(next.now, sent);
    for (const name of ["present", "expected"]) find(name).textContent = next[name];
    find("signal").textContent = wrongBy() ? wrong.replace("{minutes}", Math.abs(wrongBy()).toLocaleString("id")) : "";
    if (!canMake) take(next);
  } catch {
    if (canMake) find("signal").textContent = offline; else ends = Date.now() + 3000;
  }
}

function take({ code, qr, seconds }) {
  ends = Date.now() + seconds * 1000;
  put(code.replace("-", ""), () => { find("qr").innerHTML = qr; });
}

function tick() {
  find("left").textContent = Math.ceil(left());
  find("now").textContent = clock.format(now());
  if (canMake) show(); else if (left() === 0) { ends = Infinity; refresh(); }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-way-link], [data-turn]");
  if (!link || !canMake) return;
  event.preventDefault();
  if (link.dataset.wayLink) choice.take(choice.id, link.dataset.wayLink); else choice.turn(Number(link.dataset.turn));
  show();
  refresh();
});

document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return;
  document.querySelector(`[data-key="${CSS.escape(key)}"]:not([hidden])`)?.click();
});

begin(Number(root.dataset.now));
refresh();
setInterval(tick, 500);
setInterval(refresh, 10_000);
