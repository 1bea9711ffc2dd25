// Sends waiting answers until the server confirms them: at once, when the signal or the page comes back, and by timer.

const RETRY = [2000, 5000, 10000, 20000, 30000];
const [PATIENCE, MOST] = [15000, 100]; // a hall's network is often there but dead; answers at once
const SETTLED = { accepted: [], clashed: [], late: [], locked: [], last_seq: 0 };

// Whose attempts may be sent from here, with a fresh token; null when no ticket is open on this phone.
export async function ask(url) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const response = await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (response.status >= 500 || response.status === 429) throw new Error(response.status);
  return response.ok ? response.json() : null;
}

export class Sync {
  constructor(store, { attempt, url, desk, token, tell }) {
    Object.assign(this, { store, attempt, url, desk, token, tell });
    Object.assign(this, { failures: 0, running: null, timer: null, lazy: null, batch: MOST, isFresh: false });
  }

  listen() {
    for (const name of ["online", "pageshow", "focus"]) addEventListener(name, () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  // Soon: while somebody types, not every pause is worth a message.
  later(wait = 8000) {
    this.lazy ??= setTimeout(() => this.flush(), wait);
  }

  // True when nothing waits any more.
  flush() {
    clearTimeout(this.timer);
    clearTimeout(this.lazy);
    this.lazy = null;
    this.running ??= this.send().finally(() => { this.running = null; });
    return this.running;
  }

  async send() {
    for (;;) {
      const answers = this.store.waiting().slice(0, this.batch);
      if (!answers.length) return true;
      const reply = await this.post(answers);
      if (!reply) return false;
      this.store.settle(reply);
      [this.failures, this.batch] = [0, MOST];
      this.tell(["late", "locked"].find((kind) => reply[kind].length) ?? "saved", reply);
    }
  }

  async post(answers) {
    const rows = answers.map(({ n, v, seq, at }) => ({ n, v, seq, age: Math.max(0, Date.now() - at) }));
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ attempt: this.attempt, answers: rows }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.ok) this.isFresh = false;
      return response.ok ? await response.json() : await this.refused(response, answers);
    } catch {
      return this.wait();
    }
  }

  // Whatever the reason, answers stay on the phone until somebody can take them.
  async refused(response, answers) {
    const { status } = response;
    if (status >= 500 || status === 429 || status === 408) return this.wait();
    if (status === 422 || status === 413) return this.unreadable(await response.json(), answers);
    if (status === 409) return this.stop("closed");
    if (this.isFresh) return this.wait();
    const found = await ask(this.desk); // the page's token is too old, or somebody else's ticket is open here
    if (!found) return this.stop("login");
    if (!found.attempts[this.attempt]) return this.stop("other");
    Object.assign(this, { token: found.csrf, isFresh: true });
    return this.post(answers);
  }

  // One answer that cannot be read must not hold up the others: they go one by one until it is found.
  unreadable({ detail }, answers) {
    this.batch = 1;
    if (answers.length > 1) return this.post(answers.slice(0, 1));
    this.store.settle({ ...SETTLED, accepted: [answers[0].seq], locked: [answers[0].seq] });
    this.tell("refused", { detail });
    return SETTLED;
  }

  stop(kind) {
    this.tell(kind, {});
    return null;
  }

  wait() {
    this.timer = setTimeout(() => this.flush(), RETRY[Math.min(this.failures++, RETRY.length - 1)]);
    return this.stop("waiting");
  }
}
