// The online scanner of signed-in staff: camera to verdict without a tap. Without it the typed code and search still work.

import { Camera } from "./camera.js";
import { paint, signal } from "./feedback.js";
import { listen } from "./wedge.js";

const root = document.querySelector("[data-scanner]");
const part = (name) => root.querySelector(`[data-${name}]`);
const bad = (title, icon = "circle-x") => ({ kind: "bad", icon, title, text: "" });
let busy = false;

function show(answer) {
  paint(part("verdict"), { ...answer, note: answer.affiliation });
  signal(answer.kind);
  const { enrolment_id: id, verdict } = answer;
  part("undo").hidden = !(id && (verdict === "present" || verdict === "already"));
  if (id) part("undo").action = part("undo").action.replace(/\/\d+\/batal/, `/${id}/batal`);
  if (answer.present != null) [part("present").textContent, part("expected").textContent] = [answer.present, answer.expected];
  if (answer.verdict) note(answer);
}

// The five last scans of this window, newest first.
function note({ kind, icon, title, text }) {
  const row = part("last-row").content.firstElementChild.cloneNode(true);
  const use = row.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  row.querySelector("svg").classList.add(`text-${kind}`);
  row.querySelector("[data-name]").textContent = title;
  row.querySelector("[data-when]").textContent = text;
  part("last-box").hidden = false;
  part("last").prepend(row);
  while (part("last").children.length > 5) part("last").lastElementChild.remove();
}

// A retry carries the same id: a scan whose answer was lost is not counted twice.
async function send(code, clientId) {
  const body = new URLSearchParams({ code, client_id: clientId, csrf_token: root.dataset.csrf });
  for (const wait of [0, 800, 2000]) {
    await new Promise((done) => setTimeout(done, wait));
    try {
      const answer = await fetch(root.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.status < 500) return told(await answer.json(), answer.status);
    } catch { /* no signal: try again */ }
  }
  return bad(root.dataset.waiting, "cloud-off");
}

// An answer without a verdict is an error page: signed out, too many tries, a form that is too old.
const told = (answer, status) => (answer.kind ? answer : bad(answer.detail || (status === 401 ? root.dataset.signedOut : root.dataset.refused)));

async function ask(text) {
  busy = true;
  try {
    show(await send(text, crypto.randomUUID?.() ?? String(Math.random()).slice(2)));
  } finally {
    busy = false;
  }
}

part("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = event.target.elements.code;
  const text = box.value.trim();
  if (text) ask(text); // what a person types is always asked, also right after another result
  box.value = "";
});

listen((text) => ask(text.trim()));
const parts = { video: part("camera"), start: part("start"), torch: part("torch"), hint: part("camera-hint") };
const found = (text) => (busy ? false : void ask(text.trim()));
new Camera({ library: root.dataset.vendor, parts, words: { none: root.dataset.nocamera }, found }).start();
