// On other pages of the ticket: what this phone still keeps of the person's attempts is sent, and what is over is forgotten.
// Answers of somebody else stay: only attempts that the server names as the ticket holder's are touched.

import { Store } from "./quiz_store.js";
import { Sync, ask } from "./quiz_sync.js";

const box = document.querySelector("[data-quiz-desk]");
const handover = document.querySelector("[data-handover]");

function say(word, count) {
  box.hidden = false;
  box.className = word === "sent" ? "note note-ok" : "note note-warn";
  box.querySelector("p").textContent = box.dataset[word].replace("{count}", count);
}

// How many answers still wait here, or null when nobody can tell without a signal.
async function deliver() {
  const found = await ask(box.dataset.quizDesk).catch(() => null);
  if (!found) return null;
  const tally = { sent: 0, late: 0, left: 0 };
  for (const attempt of Store.attempts()) {
    const own = found.attempts[attempt];
    if (own) await deliverOne(attempt, own, found.csrf, tally);
  }
  if (handover) handover.elements.csrf_token.value = found.csrf;
  for (const word of ["sent", "late"]) if (tally[word]) say(word, tally[word]);
  if (tally.left) say("waiting", tally.left);
  return tally.left;
}

async function deliverOne(attempt, { url, over }, token, tally) {
  const store = new Store(attempt);
  const before = store.numbers().size;
  let late = 0;
  const tell = (kind, reply) => { late += kind === "late" ? reply.late.length : 0; };
  const sync = new Sync(store, { attempt: Number(attempt), url, desk: box.dataset.quizDesk, token, tell });
  await sync.flush();
  clearTimeout(sync.timer); // this page has its own
  const left = store.numbers().size;
  tally.left += left;
  tally.late += late;
  tally.sent += late ? 0 : before - left;
  if (over && !left) store.forget();
}

let running = null;
function run() {
  running ??= deliver().finally(() => { running = null; });
  return running;
}

handover?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const left = await run();
  if (left === null) return say("offline", 0);
  if (left && !handover.dataset.warned) {
    handover.dataset.warned = "yes";
    return say("stay", left);
  }
  handover.submit();
});

const isWaiting = () => Store.attempts().some((attempt) => new Store(attempt).numbers().size);
addEventListener("online", () => isWaiting() && run());
setInterval(() => isWaiting() && run(), 30_000); // phones do not always say that they are online again
if (Store.attempts().length) run();
