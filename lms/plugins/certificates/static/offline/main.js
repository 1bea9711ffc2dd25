// Checks certificates without a network: camera or typed address -> signature -> what the site says, if it can be asked.

import { Camera } from "./camera.js";
import { Keys } from "./keys.js";
import { day, Show, today } from "./show.js";
import { check, readAddress } from "./statement.js";

const PATIENCE = 5000; // ms that the site may take to answer
const root = document.querySelector("[data-offline-check]");
const show = new Show(root);
const keys = new Keys(root);
let latest = 0; // a slow answer about an earlier paper is not shown any more

async function look(text) {
  const turn = (latest += 1);
  const isLatest = () => turn === latest;
  show.facts(null);
  show.link("");
  const address = readAddress(text);
  if (!address) return show.proof("warn", "noAddress");
  show.link(address.code);
  if (!address.payload) return show.proof("warn", "short");
  if (!globalThis.crypto?.subtle) return show.proof("warn", "insecure");
  let found = await check(address, keys.all);
  if (found.fault === "stranger" && (await keys.refresh())) found = await check(address, keys.all); // a new key since?
  if (!isLatest()) return undefined;
  if (found.fault) return show.proof("bad", found.fault);
  const { facts } = found;
  show.facts(facts);
  const isOver = facts.expires !== undefined && today() > facts.expires;
  show.proof(isOver ? "bad" : "ok", isOver ? "expired" : "genuine", { day: isOver ? day(facts.expires) : "" });
  const state = await ask(address.code);
  return isLatest() ? tell(state, isOver) : undefined;
}

// What the site says now; null without a network.
async function ask(code) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(root.dataset.state.replace("CODE", code), { signal: stop.signal, headers: { Accept: "application/json" } });
    if (answer.status === 404) return { status: "missing" };
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function tell(state, isOver) {
  if (!state) return isOver ? undefined : show.proof("ok", "offline");
  const since = { day: state.day ? day(state.day) : "" };
  const reason = { ...since, reason: state.reason ?? "", number: state.replaced_by ?? "" };
  switch (state.status) {
    case "valid": return show.proof("ok", "valid");
    case "expired": return show.proof("bad", "expired", since);
    case "revoked": return show.proof("bad", "revoked", reason);
    case "replaced": return show.proof("bad", "replaced", reason);
    default: return show.proof("warn", "missing");
  }
}

function age() {
  show.part("keys-age").textContent = show.word("keysAt", { day: day(keys.at) });
}

show.part("plain").hidden = true;
show.part("live").hidden = false;
age();
keys.refresh().then(age);

const start = show.part("start");
const parts = { box: show.part("camera-box"), video: show.part("camera"), hint: show.part("camera-hint") };
const camera = new Camera({ library: root.dataset.decoder, parts, none: show.word("noCamera"), found: (text) => { camera.stop(); start.hidden = false; look(text); } });
start.hidden = !navigator.mediaDevices;
start.addEventListener("click", async () => { start.hidden = await camera.start(); });

show.part("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = event.target.elements.address.value.trim();
  if (text) look(text);
});
