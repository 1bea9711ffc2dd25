// Sends waiting answers until the server confirms them: at once, when the signal or the page comes back, and by timer.

const RETRY = [2000, 5000, 10000, 20000, 30000];

export class Sync {
  constructor(store, { url, token, show }) {
    Object.assign(this, { store, url, token, show, failures: 0, running: null, timer: null, stopped: false });
    for (const name of ["online", "pageshow", "focus"]) addEventListener(name, () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  // True when nothing waits any more.
  flush() {
    clearTimeout(this.timer);
    this.running ??= this.send().finally(() => { this.running = null; });
    return this.running;
  }

  async send() {
    while (!this.stopped) {
      const answers = this.store.waiting().slice(0, 100);
      if (!answers.length) return true;
      const reply = await this.post(answers);
      if (!reply) return false;
      this.store.settle(reply);
      this.failures = 0;
      this.show("saved", { time: reply.at });
    }
    return false;
  }

  async post(answers) {
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ answers }),
        signal: AbortSignal.timeout(15000),
      });
      if (response.ok) return await response.json();
      return this.refused(response.status);
    } catch {
      return this.later();
    }
  }

  // 409 and 404: the quiz takes no answers. 400, 401 and 403: the sign-in has ended. They stay on the phone either way.
  refused(status) {
    if (status >= 500 || status === 429) return this.later();
    this.stopped = true;
    this.show([400, 401, 403].includes(status) ? "login" : "closed", {});
    return null;
  }

  later() {
    this.timer = setTimeout(() => this.flush(), RETRY[Math.min(this.failures++, RETRY.length - 1)]);
    this.show("waiting", { count: new Set(this.store.waiting().map((answer) => answer.n)).size });
    return null;
  }
}
