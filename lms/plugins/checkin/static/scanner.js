// The staff scanner: camera to verdict without a tap. Without it the typed code and the search still work.
const root = document.querySelector("[data-scanner]");
const part = (name) => root.querySelector(`[data-${name}]`);
const KINDS = { ok: "", warn: " verdict-warn", bad: " verdict-bad", wait: " verdict-wait" };
const PAUSE = 1500; // the same badge stays in the picture for a moment
let [last, busy] = [{ text: "", at: 0 }, false];

function show({ kind, icon, title, text, affiliation = "", enrolment_id: id, verdict }) {
  part("verdict").className = `verdict verdict-row${KINDS[kind] ?? ""}`;
  const use = part("verdict-icon").querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  part("verdict-title").textContent = title;
  part("verdict-note").textContent = affiliation;
  part("verdict-text").textContent = text;
  const undo = part("undo");
  undo.hidden = !(id && (verdict === "present" || verdict === "already"));
  if (id) undo.action = undo.action.replace(/\/\d+\/batal/, `/${id}/batal`);
  if (navigator.vibrate) navigator.vibrate(kind === "ok" ? 80 : [60, 60, 60]);
  beep(kind === "ok" ? 880 : 300);
}

function beep(pitch) {
  try {
    const audio = (beep.audio ??= new AudioContext());
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    gain.gain.value = 0.08;
    tone.frequency.value = pitch;
    tone.connect(gain).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.12);
  } catch { /* sound is an extra */ }
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
  return { kind: "bad", icon: "cloud-off", title: root.dataset.waiting, text: "" };
}

// An answer without a verdict is an error page: signed out, too many tries, a form that is too old.
const told = (answer, status) => (answer.kind ? answer : { kind: "bad", icon: "circle-x", text: "",
  title: answer.detail || (status === 401 ? root.dataset.signedOut : root.dataset.refused) });

async function submit(code) {
  const text = code.trim();
  const isHeld = text === last.text && Date.now() - last.at < PAUSE * 2;
  if (isHeld) last.at = Date.now(); // a badge that stays in the picture is one scan, however long it is held there
  else if (text && !busy) await ask(text);
}

async function ask(text) {
  busy = true;
  last = { text, at: Date.now() };
  const id = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const answer = await send(text, id);
  show(answer);
  if (answer.present !== null && answer.present !== undefined) {
    part("present").textContent = answer.present;
    part("expected").textContent = answer.expected;
  }
  setTimeout(() => { busy = false; last.at = Date.now(); }, PAUSE);
}

part("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = event.target.elements.code;
  const text = box.value.trim();
  if (text) ask(text); // what a person types is always asked, also right after another result
  box.value = "";
});

async function startCamera() {
  try {
    const { default: QrScanner } = await import(root.dataset.vendor);
    const video = part("camera");
    video.hidden = false;
    const scanner = new QrScanner(video, (found) => submit(found.data), { returnDetailedScanResult: true, preferredCamera: "environment" });
    await scanner.start();
    part("start").hidden = true;
    if (await scanner.hasFlash()) {
      part("torch").hidden = false;
      part("torch").addEventListener("click", () => scanner.toggleFlash());
    }
  } catch {
    part("camera").hidden = true;
    part("start").hidden = false;
    part("camera-hint").textContent = root.dataset.nocamera;
  }
}

part("start").addEventListener("click", startCamera);
startCamera();
