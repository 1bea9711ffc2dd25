// Handing in: first everything that waits on this phone, then the attempt; without a signal nothing is handed in.

import * as face from "./quiz_face.js";
import { Store } from "./quiz_store.js";
import { Sync } from "./quiz_sync.js";
import { setEnd, startTimer } from "./quiz_timer.js";

const form = document.querySelector("[data-quiz]");
const { quiz, url, desk, answered, seq } = form.dataset;
const store = new Store(quiz, Number(seq));
const sync = new Sync(store, { attempt: Number(quiz), url, desk, token: form.elements.csrf_token.value, tell });
const hadWaiting = store.numbers().size > 0;
let state = "saved";

function tell(kind, { left, detail } = {}) {
  state = kind;
  if (left !== undefined) setEnd(store, left);
  const count = store.numbers().size;
  face.status(kind, Number(answered), count);
  face.note(kind, { count, detail });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const isSent = await sync.flush();
  form.elements.csrf_token.value = sync.token;
  if (isSent && navigator.onLine) form.submit();
  else if (isSent) face.note("offline");
  else if (state === "waiting") face.note("unsent", { count: store.numbers().size });
});

startTimer(store, form.dataset);
sync.listen();
// The list of this page knows nothing of what has only now arrived.
sync.flush().then((isSent) => hadWaiting && isSent && state === "saved" && location.reload());
