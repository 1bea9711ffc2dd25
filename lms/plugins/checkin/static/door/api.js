// Requests with the device's token and a deadline; every answer says whether the server was there at all.

import { changed, door } from "./state.js";

const SCAN = 2500; // ms: whoever waits longer at a door is let in by the list on the phone
const SLOW = 20000;
const FIELDS = ["id", "session", "method", "code", "enrolment", "direction", "at", "answer"];
const WALK_IN = ["id", "session", "full_name", "phone", "affiliation", "position", "gender", "at"];

const pick = (item, names) => Object.fromEntries(names.filter((name) => item[name] != null && item[name] !== "").map((name) => [name, item[name]]));
const bodyOf = (item) => (item.kind === "walk_in" ? { ...pick(item, WALK_IN), position: item.position ?? "", gender: item.gender ?? "" } : pick(item, FIELDS));
const deviceTime = () => ({ device_time: new Date().toISOString() });

export class Api {
  constructor(base, token) { Object.assign(this, { base, token }); }

  scan(item) { return this.call("/scans", { ...bodyOf(item), ...deviceTime() }, SCAN); }
  walkIn(item) { return this.call("/walk-ins", { ...bodyOf(item), ...deviceTime() }, SCAN * 2); }
  undo(item) { return this.call("/scans/undo", item, SCAN * 2); }
  search(text) { return this.call(`/search?q=${encodeURIComponent(text)}`, null, SCAN * 2); }
  batch(scans, walkIns) {
    return this.call("/scans/batch", { ...deviceTime(), scans: scans.map(bodyOf), walk_ins: walkIns.map(bodyOf) }, SLOW);
  }

  // {state: "ok" | "problem" | "away", status, body, etag, retry}; "away" also while the server is in trouble.
  async call(path, body = null, deadline = SLOW, headers = {}) {
    const began = Date.now();
    try {
      const response = await fetch(this.base + path, {
        method: body ? "POST" : "GET",
        headers: { Authorization: `Bearer ${this.token}`, Accept: "application/json", "Accept-Language": document.documentElement.lang, ...(body && { "Content-Type": "application/json" }), ...headers },
        body: body && JSON.stringify(body),
        credentials: "omit", // a device is not the person who once signed in on this phone
        cache: "no-store",
        signal: AbortSignal.timeout(deadline),
      });
      const isThere = response.status < 500 && response.status !== 429;
      const told = response.status === 304 ? null : await response.json();
      this.found(isThere, told?.server_time, began);
      const state = response.ok || response.status === 304 ? "ok" : isThere ? "problem" : "away";
      return { state, status: response.status, body: told, etag: response.headers.get("ETag"), retry: Number(response.headers.get("Retry-After")) || 0 };
    } catch {
      this.found(false);
      return { state: "away", status: 0, body: null, retry: 0 };
    }
  }

  found(isThere, serverTime, began) {
    if (serverTime) door.skew = (began + Date.now()) / 2 - Date.parse(serverTime);
    if (door.isOnline === isThere) return;
    door.isOnline = isThere;
    changed();
  }
}
