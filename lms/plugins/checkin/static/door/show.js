// Everything that is seen of the scanner's state: verdict, counter, signal, age of the list, last scans, what to look at.

import { paint, signal } from "./feedback.js";
import { canDecrypt } from "./roster.js";
import { clock, door, part, say, serverNow } from "./state.js";

const DAY = 86400000;
const ICONS = { ok: "check", warn: "circle-alert", bad: "x" };

export function show(verdict) {
  paint(part("verdict"), verdict);
  if (verdict.kind !== "wait") signal(verdict.kind);
}

// Only what changed is written: a screen reader reads a status again whenever it is.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function icon(element, name) {
  const use = element.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

export function paintState() {
  const here = door.session;
  const more = door.counted.get(here?.id) ?? 0;
  write(part("device"), door.device?.name ?? say("device"));
  write(part("session-title"), here?.title ?? say("noSession"));
  write(part("present"), here ? String((here.present ?? 0) + more) : "–");
  write(part("expected"), here ? String(here.expected ?? "–") : "–");
  part("direction").hidden = here?.mode !== "entry_exit" || Boolean(door.stopped);
  part("guest-open").hidden = door.settings.takes_walk_ins === false;
  part("undo-open").disabled = !door.log.some((entry) => entry.canUndo);
  paintSignal();
  paintRoster();
  paintSessions();
  list(part("last"), door.log, lastRow, say("nothingYet"));
  list(part("look"), [...door.stuck, ...door.notices], lookRow, "");
  part("look-box").hidden = !door.stuck.length && !door.notices.length;
}

function paintSignal() {
  const [box, n] = [part("signal"), door.waiting];
  const away = n ? say("waiting", { n }) : say("noSignal");
  const there = n ? say("sending", { n }) : say("allSent");
  box.className = `sync${door.stopped ? " sync-bad" : door.isOnline && !n ? "" : " sync-wait"}`;
  icon(box, door.stopped ? "circle-x" : door.isOnline ? (n ? "cloud-upload" : "cloud-check") : "cloud-off");
  write(box.querySelector("span"), door.isOnline ? there : away);
  const note = part("stopped");
  note.hidden = !door.stopped && canDecrypt;
  write(note.querySelector("p"), door.stopped ? `${say(door.stopped)} ${n ? say("kept", { n }) : ""}`.trim() : say("plainHttp"));
}

function paintRoster() {
  const box = part("roster-age");
  const age = serverNow().getTime() - Date.parse(door.rosterAt || 0);
  const day = new Intl.DateTimeFormat("id", { day: "numeric", month: "long", timeZone: door.workshop?.zone });
  const words = age < DAY / 2 ? say("rosterAt", { time: clock(door.rosterAt) }) : say("rosterOn", { day: day.format(new Date(door.rosterAt || 0)), time: clock(door.rosterAt || 0) });
  box.classList.toggle("sync-wait", !door.roster || age > DAY / 2);
  write(box, door.roster ? words : say("noRoster"));
}

function paintSessions() {
  const box = part("session");
  const wanted = door.sessions.map((one) => `${one.id}:${one.title}`).join();
  if (box.dataset.made !== wanted) {
    box.dataset.made = wanted;
    box.replaceChildren(...door.sessions.map((one) => new Option(say("sessionName", { day: one.day, time: clock(one.starts_at), title: one.title }), one.id)));
  }
  box.value = door.session?.id ?? "";
  box.disabled = Boolean(door.device?.session);
}

function list(box, entries, row, empty) {
  const rows = entries.map(row);
  if (!rows.length && empty) rows.push(Object.assign(document.createElement("li"), { textContent: empty }));
  box.replaceChildren(...rows);
}

function lastRow(entry) {
  const row = part("last-row").content.firstElementChild.cloneNode(true);
  icon(row, ICONS[entry.kind] ?? "check");
  row.querySelector("svg").classList.add(`text-${entry.kind}`);
  row.querySelector("[data-name]").textContent = entry.title;
  row.querySelector("[data-when]").textContent = `${clock(entry.at)}, ${say(entry.state === "sent" ? "stateSent" : "stateWaiting")}`;
  return row;
}

function lookRow(entry) {
  const row = part("look-row").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = entry.title ?? entry.full_name ?? entry.code ?? "";
  row.querySelector("[data-why]").textContent = entry.text ?? entry.stuck ?? "";
  for (const button of row.querySelectorAll("button")) button.dataset.id = entry.id;
  row.querySelector("[data-fix]").hidden = !entry.stuck;
  return row;
}
