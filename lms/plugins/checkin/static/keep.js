// A tap without signal stays on the phone and is sent later by itself, from the pages that confirm a scan or type a code
// and from the ticket. It leaves the phone when it is answered, and counts once however often it is sent.
const STORE = "lms-kept";
const PATIENCE = 8000; // a hall's network is often there but dead
const FIELDS = ["claim", "holder", "code", "ticket_code", "phone", "full_name"];
const part = (name) => document.querySelector(name);

function read() {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? []; } catch { return []; }
}

function write(items) { // false where there is no room, as in some private windows
  try { localStorage.setItem(STORE, JSON.stringify(items)); return true; } catch { return false; }
}
const forget = (ids) => write(read().filter(({ id }) => !ids.has(id)));

function say(text, kind) {
  const box = part("[data-kept]");
  box.hidden = false;
  box.firstElementChild.className = `note note-${kind}`;
  part("[data-kept] use").setAttribute("href", box.dataset[kind === "ok" ? "done" : "wait"]);
  part("[data-kept-text]").textContent = text;
}

// What the form says, or null when it does not say who: then nothing can be kept.
function itemOf(form) {
  const data = new FormData(form);
  const id = Array.from(crypto.getRandomValues(new Uint32Array(3)), (number) => number.toString(36)).join("");
  const item = { id, at: new Date().toISOString() };
  for (const name of FIELDS) if (data.get(name)?.trim()) item[name] = data.get(name).trim();
  if (form.dataset.holder) item.holder = form.dataset.holder;
  if (form.dataset.session) item.session = Number(form.dataset.session);
  const isNamed = item.holder || item.ticket_code || (item.phone && item.full_name);
  return isNamed && (item.claim || item.code) ? item : null;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-keep]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button.btn-primary");
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const item = itemOf(form);
  const isKept = item && write([...read(), item]); // before it is sent: closing the page meanwhile loses nothing
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status >= 500 || answer.status === 400) throw new Error(answer.status);
    const text = await answer.text();
    if (isKept) forget(new Set([item.id]));
    await turnTo(text, answer.redirected ? answer.url : location.href);
  } catch {
    say(part("[data-kept]").dataset[isKept ? "waiting" : "nobody"], "warn");
    send();
  }
  button.ariaBusy = "false";
});

// The server's page takes the place of this one, as if the browser had gone there.
async function turnTo(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const sheets = [...page.querySelectorAll("link[rel=stylesheet]")].filter((sheet) => !part(`[href="${sheet.getAttribute("href")}"]`));
  document.head.append(...sheets);
  await Promise.all(sheets.map((sheet) => new Promise((done) => { sheet.onload = sheet.onerror = done; })));
  history.replaceState(null, "", address);
  document.title = page.title;
  document.body.replaceWith(page.body);
  const first = Object.assign(part(".note-bad[tabindex]") ?? part("h1"), { tabIndex: -1 });
  first.focus();
}

async function send() {
  const items = read().slice(0, 20);
  const { kept: url, waiting } = part("[data-kept]")?.dataset ?? {};
  if (!items.length || !url) return;
  say(waiting, "warn");
  try {
    const { csrf } = await (await fetch(url)).json();
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ device_time: new Date().toISOString(), items }),
    });
    if (!answer.ok) return;
    const done = (await answer.json()).results.filter(({ outcome }) => outcome !== "waiting");
    forget(new Set(done.map(({ id }) => id)));
    if (done.length) say(done.map(({ text }) => text).join(" · "), done.some(({ kind }) => kind === "bad") ? "bad" : "ok");
  } catch { /* still no signal */ }
}

// A code scanned without signal: the worker shows the kept page for typing under the address that was scanned.
const [, session, code] = location.pathname.match(/\/h\/(\d+)\/([A-Z2-9]{6})$/) ?? [];
const typed = part("[data-keep] [name='code']");
if (code && typed) [typed.value, typed.form.dataset.session] = [code, session];

addEventListener("online", send);
setInterval(send, 20_000); // phones do not always say that they are online again
send();
