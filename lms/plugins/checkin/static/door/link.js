// The grant of this phone: pairing, what the server tells now and then, its end, and forgetting people after it.

import { canDecrypt, Roster } from "./roster.js";
import { choose } from "./sessions.js";
import { changed, door, serverNow } from "./state.js";

const HOUR = 3600000;
const STOPS = { device_revoked: "revoked", device_expired: "expired", device_unknown: "unknownDevice" };
const FACTS = ["device", "workshop", "settings", "sessions", "current", "chosen", "direction", "stopped", "skew"];
let etag = "";

// The token of a pairing link stands behind the #, which no server and no log sees; it leaves the address at once.
export async function pair() {
  const fresh = new URLSearchParams(location.hash.slice(1)).get("t");
  if (location.hash) history.replaceState(null, "", location.pathname);
  const known = await door.store.get("token");
  if (!fresh || fresh === known) return known;
  await door.store.forgetPeople();
  for (const name of FACTS) await door.store.set(name, undefined);
  await door.store.set("token", fresh);
  await navigator.storage?.persist?.().catch(() => false); // so that the browser does not make room with our queue
  return fresh;
}

export async function recall() {
  for (const name of FACTS) door[name] = (await door.store.get(name)) ?? door[name];
  const kept = await door.store.get("roster");
  if (kept) use(kept);
  choose();
  await closeWhenOver();
}

const keepFacts = () => Promise.all(FACTS.map((name) => door.store.set(name, door[name])));

function use({ roster, at, tag }) {
  [door.roster, door.rosterAt, etag] = [new Roster(roster), at, tag];
}

// Device, sessions and roster as the server has them now; false without a signal.
export async function refresh() {
  const device = await door.api.call("/device");
  if (device.state !== "ok") return !stop(device.body?.code) && device.state !== "away";
  const { device: own, workshop, settings } = device.body;
  Object.assign(door, { device: own, workshop, settings, stopped: "" });
  const sessions = await door.api.call("/sessions");
  if (sessions.state === "ok") Object.assign(door, { sessions: sessions.body.sessions, current: sessions.body.current });
  if (canDecrypt) await fetchRoster();
  choose();
  await keepFacts();
  await closeWhenOver();
  changed();
  return true;
}

// The people come only when they changed; who is present by now comes each time that it did.
async function fetchRoster() {
  const old = await door.store.get("roster");
  const known = old ? `?version=${encodeURIComponent(old.roster.version)}` : "";
  const answer = await door.api.call(`/roster${known}`, null, 30000, old && etag ? { "If-None-Match": etag } : {});
  if (answer.state !== "ok") return;
  const { entries, replaced, open } = answer.body?.entries ? answer.body : (old?.roster ?? {});
  if (!entries) return;
  const roster = { ...(answer.body ?? old.roster), entries, replaced, open };
  const fresh = { roster, at: serverNow().toISOString(), tag: answer.etag ?? etag };
  await door.store.set("roster", fresh);
  use(fresh);
}

// True when the code says that this phone may not check in any more.
export function stop(code) {
  if (!STOPS[code]) return false;
  door.stopped = STOPS[code];
  door.store.set("stopped", door.stopped);
  closeWhenOver();
  changed();
  return true;
}

// After the end nobody's name stays; the queue stays until it is sent, then everything goes.
export async function closeWhenOver() {
  const ends = [door.device?.expires_at, ...door.sessions.map((one) => one.ends_at)].filter(Boolean).map((text) => Date.parse(text));
  const last = Math.max(0, ...ends.slice(1)) + 24 * HOUR;
  const isOver = ends.length > 1 && serverNow().getTime() > Math.min(ends[0], last);
  if (isOver && !door.stopped) door.stopped = "expired";
  if (!door.stopped) return;
  [door.roster, etag] = [null, ""];
  await door.store.forgetPeople();
  if (!(await door.store.items()).length) await Promise.all(["token", ...FACTS].map((name) => door.store.set(name, undefined)));
  changed();
}
