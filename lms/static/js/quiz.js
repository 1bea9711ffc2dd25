// The question page: every tap is kept on the phone, then sent; moving between questions needs no signal.

import * as face from "./quiz_face.js";
import * as fields from "./quiz_fields.js";
import { form, go, now, paint, sections, store } from "./quiz_page.js";
import { Sync } from "./quiz_sync.js";
import { setEnd, startTimer } from "./quiz_timer.js";

const PAUSE = 1500; // of somebody who types
const { quiz, url, desk } = form.dataset;
const typing = new Map(); // {question: timer} of texts that are not kept yet
const sync = new Sync(store, { attempt: Number(quiz), url, desk, token: form.elements.csrf_token.value, tell });

function tell(kind, { left, detail } = {}) {
  now.state = kind;
  if (left !== undefined) setEnd(store, left);
  paint();
  face.note(kind, { count: store.numbers().size, detail });
}

function keep(n, { typed = false } = {}) {
  clearTimeout(typing.get(n));
  typing.delete(n);
  store.add(n, fields.read(form, n), { typed });
  if (now.state === "waiting") face.note("waiting", { count: store.numbers().size });
  paint();
  if (typed) sync.later();
  else sync.flush();
}

// A text that is not kept yet: when the page may go, and before anything else happens.
function keepTyped() {
  for (const n of [...typing.keys()]) keep(n, { typed: true });
}

form.addEventListener("change", ({ target }) => {
  const n = fields.numberOf(target);
  if (!n || (fields.isTyped(target) && !typing.has(n))) return;
  keep(n, { typed: fields.isTyped(target) });
  sync.flush();
});
form.addEventListener("input", ({ target }) => {
  const n = fields.numberOf(target);
  if (!n || !fields.isTyped(target)) return;
  clearTimeout(typing.get(n));
  typing.set(n, setTimeout(() => keep(n, { typed: true }), PAUSE));
});
addEventListener("pagehide", keepTyped);
document.addEventListener("visibilitychange", keepTyped);

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const { step, finish, clear, ready } = button?.dataset ?? {};
  if (ready) return; // everything has arrived
  event.preventDefault();
  keepTyped();
  if (step) return go(now.number + Number(step));
  if (clear !== undefined) {
    fields.write(form, now.number, {});
    return keep(now.number);
  }
  if (!(await sync.flush())) {
    if (now.state === "waiting") face.note("unsent", { count: store.numbers().size });
    return document.querySelector("[data-notes]").scrollIntoView({ block: "center" });
  }
  if (finish) return location.assign(finish);
  if (!button) return go(now.number + 1); // Enter in a text field
  button.dataset.ready = "yes";
  setTimeout(() => form.requestSubmit(button)); // not while the browser is still at this one
});

document.querySelector(".palette").addEventListener("click", (event) => {
  const link = event.target.closest("[data-go]");
  if (!link) return;
  event.preventDefault();
  keepTyped();
  go(Number(link.dataset.go));
});

// What this phone has is newer than what the page was made from, unless another phone was later.
for (const [n, box] of sections) {
  const newest = store.newest(n);
  if (newest && newest.seq > Number(box.dataset.seq) && !fields.isLocked(form, n)) fields.write(form, n, newest.v);
}
startTimer(store, form.dataset);
go(Number(location.hash.slice(1)) || now.number, { silent: true });
sync.listen();
sync.flush();
addEventListener("load", () => setTimeout(keepPage, 1000));

// A page that came after a form was sent, or by way of another address, has passed the service worker by.
async function keepPage() {
  const kept = await globalThis.caches?.match(location.pathname, { ignoreVary: true });
  const worker = kept ? null : (await navigator.serviceWorker?.ready)?.active;
  worker?.postMessage({ keep: location.pathname });
}
