// Sends the queue: at once while there is a signal, later with growing pauses; an item goes only when its id is answered.

import { changed, door } from "./state.js";

const MOST = 250; // in one request
const LONGEST = 60000; // ms between two tries
const PROBE = 5000; // ms

export class Sync {
  // `settle(item, result)` says what became of one item; `refused(answer)` hears of a grant that is over.
  constructor({ settle, refused }) {
    Object.assign(this, { settle, refused, failures: 0, timer: null, running: null });
    addEventListener("online", () => this.now());
  }

  // Try now: somebody asked, or the signal came back.
  now() {
    this.failures = 0;
    return this.kick();
  }

  // Something new lies in the queue; while the signal is away the running pause is kept.
  added() { return door.isOnline || this.timer === null ? this.kick() : Promise.resolve(false); }

  kick() {
    clearTimeout(this.timer);
    this.timer = null;
    this.running ??= this.alone().finally(() => { this.running = null; });
    return this.running;
  }

  // Two windows of one phone must not send the same queue at once; it would be harmless, only twice the work.
  alone() {
    if (!navigator.locks) return this.run();
    return navigator.locks.request("lokakarya-pintu", { ifAvailable: true }, (lock) => (lock ? this.run() : this.later({ retry: 0 })));
  }

  // True when nothing waits any more.
  async run() {
    for (;;) {
      const items = await this.pending();
      if (!items.length) return true;
      // What was never on its way can be taken back without a signal: so a question goes first, and the queue after it.
      const probe = door.isOnline ? { state: "ok" } : await door.api.call("/device", null, PROBE);
      if (probe.state === "away") return this.later(probe);
      const some = items.slice(0, MOST);
      await door.store.markTried(some);
      const [scans, guests] = [some.filter((item) => item.kind !== "walk_in"), some.filter((item) => item.kind === "walk_in")];
      const answer = await door.api.batch(scans, guests);
      if (answer.state !== "ok") return this.later(answer);
      if (!(await this.take([...scans, ...guests], answer.body.results))) return this.later(answer);
      this.failures = 0;
    }
  }

  async take(sent, results) {
    const waiting = new Map(sent.map((item) => [item.id, item]));
    let answered = 0;
    for (const result of results) {
      const item = waiting.get(result.id ?? sent[result.index]?.id);
      if (!item || !waiting.delete(item.id)) continue;
      await this.settle(item, result);
      answered += 1;
    }
    await this.pending();
    return answered;
  }

  // What waits for the signal; also counts it for everybody who shows it.
  async pending() {
    const all = await door.store.items();
    const items = all.filter((item) => !item.stuck && item.workshop === door.workshop?.id);
    [door.waiting, door.stuck, door.counted] = [items.length, all.filter((item) => item.stuck), new Map()];
    for (const item of items) if (item.counts && item.direction !== "out") door.counted.set(item.session, (door.counted.get(item.session) ?? 0) + 1);
    changed();
    return items;
  }

  later(answer) {
    if (answer.state === "problem") this.refused(answer);
    const pause = Math.min(LONGEST, 1000 * 2 ** this.failures) * (0.5 + Math.random());
    this.failures = Math.min(this.failures + 1, 6);
    this.timer = setTimeout(() => this.kick(), Math.max(pause, answer.retry * 1000));
    return false;
  }
}
