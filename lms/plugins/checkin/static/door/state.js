// What the scanner knows at this moment, the words it says, and who wants to hear of changes.

export const door = {
  store: null, api: null, sync: null, // the parts, put here by main.js
  ready: null, // resolves when the server was asked for the first time
  isOnline: navigator.onLine, // what the last request found; a network that is there but dead counts as away
  stopped: "", // revoked, expired or unknown: nothing is scanned any more
  device: null, workshop: null, settings: {}, sessions: [], current: null, // what the server told
  session: null, chosen: null, direction: "in",
  roster: null, rosterAt: "",
  skew: 0, // ms that this phone's clock is ahead of the server's
  waiting: 0, counted: new Map(), // of the queue: how many, and how many new people at each session
  stuck: [], notices: [], log: [], // what a person must look at, and the last scans
};

const listeners = new Set();
export const onChange = (listener) => listeners.add(listener);
export const changed = () => listeners.forEach((listener) => listener());

export const root = document.querySelector("[data-door]");
export const part = (name) => root.querySelector(`[data-${name}]`);

const words = document.querySelector("[data-words]").dataset;
export const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const serverNow = () => new Date(Date.now() - door.skew);
// A time by this phone's clock, put right by what its clock is known to be off.
export const corrected = (at) => new Date(Date.parse(at) - door.skew).toISOString();

export function clock(moment) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: door.workshop?.zone };
  return new Intl.DateTimeFormat("id", options).format(new Date(moment));
}

// Not crypto.randomUUID: plain http on a LAN has none.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The five last scans, newest first; names live in memory only, so that a lost phone reveals nobody.
export function remember(entry) {
  const others = door.log.filter((one) => one.id !== entry.id);
  door.log = [{ ...door.log.find((one) => one.id === entry.id), ...entry }, ...others].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 5);
  changed();
}
