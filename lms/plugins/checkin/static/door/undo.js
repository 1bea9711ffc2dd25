// Take back what was scanned by mistake: out of the queue while nobody sent it, else at the server, with a reason.

import { open } from "./ask.js";
import { changed, clock, door, part, say } from "./state.js";
import { show } from "./show.js";
import { unsee } from "./verdict.js";

export function wireUndo() {
  part("undo-open").addEventListener("click", async () => {
    const given = await open("undo", (_dialog, form) => {
      const entries = door.log.filter((entry) => entry.canUndo);
      form.elements.which.replaceChildren(...entries.map((one) => new Option(`${one.title}, ${clock(one.at)}`, one.id)));
    });
    const entry = given && door.log.find((one) => one.id === given.which);
    if (entry) await takeBack(entry, given.reason);
  });
}

async function takeBack(entry, reason) {
  if (await door.store.withdraw(entry.id)) return done(entry, say("withdrawn"));
  await door.sync.kick(); // it may be on its way: only what the server has can be taken back there
  const fresh = door.log.find((one) => one.id === entry.id) ?? entry;
  if ((await door.store.item(entry.id)) || !fresh.enrolment) return show(needs(entry));
  const answer = await door.api.undo({ session: entry.session, enrolment: fresh.enrolment, reason });
  if (answer.state === "away") return show(needs(entry));
  if (answer.state === "problem") return show({ ...needs(entry), text: answer.body?.detail ?? say("undoNeedsSignal") });
  door.roster?.present.get(entry.session)?.delete(fresh.enrolment);
  return done(fresh, say(answer.body.undone ? "undone" : "notPresent"));
}

const needs = (entry) => ({ kind: "warn", icon: "cloud-off", title: entry.title, text: say("undoNeedsSignal") });

async function done(entry, text) {
  await unsee({ session: entry.session, direction: "in", enrolment: entry.enrolment });
  door.log = door.log.filter((one) => one.id !== entry.id);
  await door.sync.pending();
  changed();
  show({ kind: "wait", icon: "undo-2", title: entry.title, text });
}
