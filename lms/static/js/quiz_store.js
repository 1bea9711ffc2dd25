// Answers that the server has not confirmed yet, kept on the phone under the attempt: a killed tab loses nothing.

export class Store {
  constructor(attempt, lastSeq) {
    this.key = `quiz-${attempt}`;
    this.memory = null; // only where the browser refuses storage
    this.last = lastSeq;
  }

  // {counter: {n, choice, text}}, read anew each time, since another tab may have changed it.
  read() {
    if (this.memory) return this.memory;
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  write(waiting) {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(this.key, JSON.stringify(waiting));
      else localStorage.removeItem(this.key);
      this.memory = null;
    } catch {
      this.memory = waiting; // private mode or full: the page still holds them
    }
  }

  // Counters grow with the clock, so two phones of one person rarely take the same, and never fall behind the server's.
  next() {
    const highest = Math.max(this.last, ...Object.keys(this.read()).map(Number));
    this.last = Math.max(Date.now(), highest + 1);
    return this.last;
  }

  add(answer) {
    const seq = this.next();
    this.write({ ...this.read(), [seq]: answer });
    return seq;
  }

  waiting() {
    return Object.entries(this.read())
      .map(([seq, answer]) => ({ ...answer, seq: Number(seq) }))
      .sort((one, other) => one.seq - other.seq);
  }

  // Forget what was accepted; an answer whose counter another phone had taken gets a new one.
  settle({ accepted, clashed, last_seq: lastSeq }) {
    this.last = Math.max(this.last, lastSeq);
    const waiting = this.read();
    const again = clashed.filter((seq) => seq in waiting).map((seq) => waiting[seq]);
    for (const seq of [...accepted, ...clashed]) delete waiting[seq];
    this.write(waiting);
    for (const answer of again) this.add(answer);
  }
}
