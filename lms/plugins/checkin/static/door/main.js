// The scanner app: puts its parts together. Without a grant the page stays what it is, an explanation.

import { Api } from "./api.js";
import { isOpen } from "./ask.js";
import { Camera } from "./camera.js";
import { edit, wireGuest } from "./guest.js";
import { closeWhenOver, pair, recall, refresh, stop } from "./link.js";
import { isWorking, take } from "./scan.js";
import { wireSearch } from "./search.js";
import { chooseByHand } from "./sessions.js";
import { discard, rebuild, settle, unstick } from "./settle.js";
import { paintState } from "./show.js";
import { door, onChange, part, root, say } from "./state.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { wireUndo } from "./undo.js";
import { listen } from "./wedge.js";

const BEAT = { true: 45000, false: 12000 }; // ms between two looks at the server, with and without a signal
let wasOnline = door.isOnline;

async function start() {
  door.store = await Store.open(root.dataset.idb);
  const token = await pair();
  addEventListener("hashchange", () => location.reload()); // another pairing link in the same window
  if (!token) return;
  door.api = new Api(root.dataset.api, token);
  door.sync = new Sync({ settle, refused: (answer) => stop(answer.body?.code) });
  await recall();
  await door.sync.pending();
  await rebuild();
  part("help").hidden = true;
  part("live").hidden = false;
  onChange(paintState);
  onChange(followSignal);
  paintState();
  door.ready = look();
  wire();
  await door.ready;
  beat();
}

function wire() {
  wireSearch();
  wireGuest();
  wireUndo();
  listen((text) => take({ code: text }));
  part("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    const box = event.target.elements.code;
    if (box.value.trim()) take({ code: box.value });
    box.value = "";
  });
  part("session").addEventListener("change", (event) => chooseByHand(Number(event.target.value)));
  part("direction").addEventListener("change", (event) => {
    door.direction = event.target.value;
    door.store.set("direction", door.direction);
  });
  part("look").addEventListener("click", ({ target }) => decide(target.closest("button")));
  addEventListener("offline", () => door.api.found(false));
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  const parts = { video: part("camera"), start: part("start"), torch: part("torch"), hint: part("camera-hint") };
  const found = (text) => (isWorking() || isOpen() || door.stopped || !door.session ? false : void take({ code: text }));
  new Camera({ library: root.dataset.decoder, parts, words: { none: say("noCamera") }, found }).start();
}

async function decide(button) {
  const item = button && (await door.store.item(button.dataset.id));
  if (button && "drop" in button.dataset) await discard(button.dataset.id);
  else if (item) await unstick(item, edit);
}

// The signal is back: tell what waits, and learn what changed meanwhile.
function followSignal() {
  const isBack = door.isOnline && !wasOnline;
  wasOnline = door.isOnline;
  if (isBack) setTimeout(look, 0);
}

let looking = null;
function look() {
  looking ??= refresh().then((isThere) => (isThere ? door.sync.now() : door.sync.added())).then(closeWhenOver).finally(() => { looking = null; });
  return looking;
}

function beat() {
  setTimeout(async () => {
    if (!document.hidden) await look();
    beat();
  }, BEAT[door.isOnline] * (0.75 + Math.random() / 2));
}

start();
