// What became of each item of the queue, and what a person must look at afterwards.

import { ask } from "./ask.js";
import { changed, corrected, door, remember, say } from "./state.js";
import { store } from "./scan.js";
import { isAdmitted, see, unsee, whoIs } from "./verdict.js";

const GOOD = ["new", "already", "waiting"];

// One answered item. What the phone had shown otherwise is told; what lacks something stays until somebody decides.
export async function settle(item, result) {
  const lacks = result.outcome === "incomplete" || (result.outcome === "invalid" && item.kind === "walk_in");
  const name = result.name || item.full_name || (await whoIs(item)).person?.name || item.code || "";
  if (lacks) await door.store.put({ ...item, tried: true, stuck: result.text || say("lacking"), question: result.question ?? questionOf(item) });
  else await door.store.drop(item.id);
  const scan = { ...item, enrolment: result.enrolment ?? item.enrolment };
  if (isAdmitted(result)) await see({ ...scan, at: result.at ?? corrected(item.at) });
  else if (item.kind !== "walk_in") await unsee(scan);
  if (!lacks && !GOOD.includes(result.outcome) && !item.wasRefused) door.notices = [...door.notices, { id: item.id, title: name, text: wordsOf(result, name) }].slice(-20);
  const shown = door.log.find((entry) => entry.id === item.id);
  if (!shown) return;
  const kind = GOOD.includes(result.outcome) ? (shown.kind === "bad" ? "ok" : shown.kind) : "bad";
  remember({ ...shown, kind, title: result.name || shown.title, state: "sent", enrolment: scan.enrolment, canUndo: isAdmitted(result) && item.direction !== "out" && item.kind !== "walk_in" });
}

const wordsOf = ({ title, text }, name) => [title, text].filter((words) => words && words !== name).join(". ");
const questionOf = (item) => door.sessions.find((one) => one.id === item.session)?.question ?? "";

// Answer the door's question later, or put a walk-in right; the same id goes again.
export async function unstick(item, editGuest) {
  const { stuck: _why, question: _asked, ...fresh } = item;
  const change = item.kind === "walk_in" ? await editGuest(item) : await answerOf(item);
  if (change) await store({ ...fresh, ...change });
}

async function answerOf(item) {
  const answer = await ask(item.question, (await whoIs(item)).person?.name ?? "");
  return answer ? { answer } : null;
}

export async function discard(id) {
  await door.store.drop(id);
  door.notices = door.notices.filter((notice) => notice.id !== id);
  await door.sync.pending();
}

// After a reload the last scans come back from the queue, with names as far as their badges open them.
export async function rebuild() {
  const items = (await door.store.items()).slice(-5);
  for (const item of items) {
    const { person } = await whoIs(item);
    const title = item.full_name ?? person?.name ?? item.code ?? "";
    remember({ id: item.id, at: corrected(item.at), session: item.session, title, kind: item.counts || item.kind === "walk_in" ? "ok" : "warn", state: "waiting", enrolment: person?.enrolment, canUndo: Boolean(item.counts) });
  }
  changed();
}
