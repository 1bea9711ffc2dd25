// From what was read to a verdict: one request with a short deadline, else the list on the phone, with the same id.

import { ask } from "./ask.js";
import { codeOf, tokenOf } from "./roster.js";
import { changed, clock, corrected, door, newId, remember, say, serverNow } from "./state.js";
import { show } from "./show.js";
import { bad, isAdmitted, judge, ofAnswer, see, whoIs } from "./verdict.js";
import { stop } from "./link.js";

let [chain, working] = [Promise.resolve(), 0];
export const isWorking = () => working > 0;

// `seed` is {code} or {enrolment, person}; scans wait for each other, so that verdicts come in order.
export function take(seed) {
  working += 1;
  chain = chain.then(() => begin(seed)).finally(() => { working -= 1; });
  return chain;
}

async function begin({ code = "", ...rest }) {
  if (!door.session) await door.ready; // the very first scan of a phone may be faster than its first answer
  if (door.stopped) return show(bad(say("notTaken"), say(door.stopped)));
  if (!door.session) return show({ kind: "wait", icon: "info", title: say("noSession"), text: say("noSessionNext") });
  const method = rest.enrolment ? "search" : tokenOf(code) ? "badge" : "typed";
  const direction = door.session.mode === "entry_exit" ? door.direction : "in";
  const read = code.trim().slice(0, 300);
  return send({ id: newId(), session: door.session.id, direction, at: new Date().toISOString(), method, ...(read && { code: read }), ...rest });
}

async function send(scan) {
  if (!door.isOnline) return keep(scan);
  const answer = await door.api.scan(scan);
  if (answer.state === "ok") return told(scan, answer.body);
  if (answer.state === "away") return keep({ ...scan, tried: true }); // perhaps it arrived: the same id tells later
  if (stop(answer.body?.code)) return show(bad(say("notTaken"), say(door.stopped)));
  return show(bad(say("notTaken"), answer.body?.detail ?? ""));
}

async function told(scan, answer) {
  if (answer.outcome === "incomplete") {
    const reply = await ask(answer.question, answer.name);
    return reply ? send({ ...scan, answer: reply }) : show({ kind: "warn", icon: "circle-alert", title: answer.name, text: say("unanswered") });
  }
  if (isAdmitted(answer)) await see({ ...scan, enrolment: answer.enrolment, at: answer.at ?? corrected(scan.at) });
  count(answer);
  const verdict = ofAnswer(answer);
  const canUndo = isAdmitted(answer) && scan.direction === "in";
  remember({ ...verdict, id: scan.id, at: corrected(scan.at), session: scan.session, state: "sent", canUndo });
  return show(verdict);
}

function count({ session, present, expected }) {
  const here = door.sessions.find((one) => one.id === session);
  if (here && present != null) Object.assign(here, { present, expected });
  changed();
}

async function keep(scan) {
  const { person: chosen, ...item } = scan;
  if (item.method === "typed" && !codeOf(item.code)) return show(bad(say("noCode"), say("noCodeNext")));
  const found = await whoIs({ ...item, person: chosen });
  const verdict = await judge(item, found);
  if (door.session?.question && item.direction === "in" && verdict.kind !== "bad" && !item.answer) {
    item.answer = await ask(door.session.question, found.person?.name ?? "");
    if (!item.answer && !item.tried) return show({ ...verdict, kind: "warn", icon: "circle-alert", text: say("unanswered") });
  }
  await store({ ...item, kind: "scan", counts: Boolean(verdict.counts), wasRefused: verdict.kind === "bad" });
  if (verdict.counts) await see({ ...item, enrolment: verdict.enrolment, at: corrected(item.at) });
  remember({ ...verdict, ...(found.state === "unknown" && item.method === "typed" && { title: item.code }), id: item.id, at: corrected(item.at), session: item.session, state: "waiting", canUndo: Boolean(verdict.counts) || found.state === "unknown" });
  return show(verdict);
}

// Into the queue, durable before anybody is told.
export async function store(item) {
  await door.store.put({ ...item, workshop: door.workshop.id });
  await door.sync.pending();
  door.sync.added();
}

export async function walkIn(fields) {
  const item = { kind: "walk_in", id: newId(), session: door.session.id, at: new Date().toISOString(), ...fields };
  const isTried = door.isOnline;
  const answer = isTried ? await door.api.walkIn(item) : { state: "away" };
  const entry = { id: item.id, at: corrected(item.at), session: item.session, title: item.full_name, kind: "ok", canUndo: false };
  if (answer.state === "problem" || answer.body?.outcome === "invalid") return answer.body; // the form says what is wrong
  if (answer.state === "away") await store({ ...item, tried: isTried });
  const text = answer.body?.text ?? say("guestLater", { time: clock(serverNow()) });
  const kind = ["new", "already", undefined].includes(answer.body?.outcome) ? "ok" : "warn";
  remember({ ...entry, kind, state: answer.state === "away" ? "waiting" : "sent" });
  show({ kind, icon: kind === "ok" ? "circle-check" : "circle-alert", title: item.full_name, note: item.affiliation, text });
  return null;
}
