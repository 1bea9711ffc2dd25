// What this phone keeps of one attempt: answers that wait, the last ones that arrived, marks for oneself, and when the
// time ends. Answers are kept here first, so a killed tab loses nothing. No names and no questions: phones are shared.

const empty = () => ({ waiting: {}, done: {}, flags: [], ends: null });

export class Store {
  constructor(attempt, lastSeq = 0) {
    this.key = `quiz-${attempt}`;
    this.memory = null; // only where the browser refuses storage: the page still holds them
    this.last = lastSeq;
  }

  // The attempts of which this phone keeps anything, whoever's they are.
  static attempts() {
    try {
      return Object.keys(localStorage).flatMap((key) => /^quiz-(\d+)$/.exec(key)?.[1] ?? []);
    } catch {
      return [];
    }
  }

  // Read anew each time, since another tab may have changed it.
  read() {
    if (this.memory) return this.memory;
    try {
      return { ...empty(), ...JSON.parse(localStorage.getItem(this.key)) };
    } catch {
      return empty();
    }
  }

  change(values) {
    const kept = { ...this.read(), ...values };
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
      this.memory = null;
    } catch {
      this.memory = kept;
    }
  }

  // Counters grow with the clock, so two phones of one person rarely take the same, and never fall behind the server's.
  next() {
    const { waiting, done } = this.read();
    const known = [...Object.keys(waiting).map(Number), ...Object.values(done).map(({ seq }) => seq)];
    this.last = Math.max(Date.now(), Math.max(this.last, ...known) + 1);
    return this.last;
  }

  // `typed`: a longer text takes the place of the shorter one that still waits.
  add(n, v, { typed = false, at = Date.now() } = {}) {
    const seq = this.next();
    const rest = Object.entries(this.read().waiting).filter(([, one]) => !(typed && one.typed && one.n === n));
    this.change({ waiting: { ...Object.fromEntries(rest), [seq]: { n, v, at, typed } } });
    return seq;
  }

  waiting() {
    const rows = Object.entries(this.read().waiting).map(([seq, answer]) => ({ ...answer, seq: Number(seq) }));
    return rows.sort((one, other) => one.seq - other.seq);
  }

  numbers() {
    return new Set(this.waiting().map(({ n }) => n));
  }

  // The last answer to question `n` that was given here, sent or not.
  newest(n) {
    const arrived = this.read().done[n];
    return this.waiting().filter((answer) => answer.n === n).at(-1) ?? arrived;
  }

  // What was accepted waits no more; an answer whose counter another phone had taken gets a new one.
  settle({ accepted, clashed, late, locked, last_seq: lastSeq }) {
    this.last = Math.max(this.last, lastSeq);
    const { waiting, done } = this.read();
    for (const seq of accepted) {
      const answer = waiting[seq];
      const counts = answer && !late.includes(seq) && !locked.includes(seq);
      if (counts && !(done[answer.n]?.seq > seq)) done[answer.n] = { v: answer.v, seq };
    }
    const again = clashed.filter((seq) => seq in waiting).map((seq) => waiting[seq]);
    for (const seq of [...accepted, ...clashed]) delete waiting[seq];
    this.change({ waiting, done });
    for (const { n, v, at } of again) if (!this.numbers().has(n)) this.add(n, v, { at });
  }

  forget() {
    this.memory = null;
    try {
      localStorage.removeItem(this.key);
    } catch { /* nothing was kept */ }
  }
}
