// The verdict without a signal, from the list on the phone and from what this phone saw itself.

import { clock, corrected, door, say } from "./state.js";
import { codeOf, tokenOf } from "./roster.js";

// Whoever checked in for the whole day is present at every session of that day.
export function seenKeys({ session, direction, enrolment }) {
  const here = door.sessions.find((one) => one.id === session);
  const same = here?.mode === "day" && direction === "in" ? door.sessions.filter((one) => one.day === here.day) : [{ id: session }];
  return same.map((one) => `${one.id}:${direction}:${enrolment}`);
}

export async function see(scan) {
  if (scan.enrolment) await Promise.all(seenKeys(scan).map((key) => door.store.see(key, scan.at)));
}

export async function unsee(scan) {
  if (scan.enrolment) await Promise.all(seenKeys(scan).map((key) => door.store.unsee(key)));
}

// {state: "known" | "replaced" | "unknown", person}
export async function whoIs({ code = "", enrolment = null, person = null }) {
  if (person) return { state: "known", person };
  const token = tokenOf(code);
  if (token && door.roster) return door.roster.find(token);
  const found = enrolment ? door.roster?.byId(enrolment) : door.roster?.byCode(codeOf(code));
  return found ? { state: "known", person: found } : { state: "unknown" };
}

// What is shown, and whether it counts: {kind, icon, title, note, text, enrolment, counts}
export async function judge(scan, { state, person }) {
  if (state === "replaced") return bad(say("replaced"), say("replacedNext"));
  if (state === "unknown") return { kind: "warn", icon: "circle-alert", title: say("unknown"), text: say("unknownNext") };
  const told = { title: person.name, note: person.organisation, enrolment: person.enrolment };
  if (person.status === "cancelled") return { ...told, ...bad(person.name, say("cancelled")) };
  if (person.status === "waitlisted") return { ...told, ...bad(person.name, say("waitlisted")) };
  const earlier = await door.store.seenAt(seenKeys({ ...scan, enrolment: person.enrolment })[0]);
  if (earlier || (scan.direction === "in" && door.roster?.isPresent(scan.session, person.enrolment))) {
    const text = earlier ? say("alreadyAt", { time: clock(earlier) }) : say("already");
    return { ...told, kind: "warn", icon: "circle-alert", text };
  }
  const words = say(scan.direction === "out" ? "leftLater" : "presentLater", { time: clock(corrected(scan.at)) });
  return { ...told, kind: "ok", icon: "circle-check", text: words, counts: true };
}

// The server's answer as it is shown.
export function ofAnswer(answer) {
  const { kind, icon, title, text, name, organisation, enrolment } = answer;
  return { kind, icon, title: title || name, text, note: organisation ?? "", enrolment };
}

export const bad = (title, text = "") => ({ kind: "bad", icon: "circle-x", title, text });
export const isAdmitted = ({ verdict }) => verdict === "present" || verdict === "already";
