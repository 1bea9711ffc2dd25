// Which session and which way a screen shows: chosen by hand and kept in the address, else as the agenda has it now.
import { now } from "./screen_clock.js";

export class Choice {
  constructor({ sessions, session, chosen, way }) {
    this.sessions = JSON.parse(sessions);
    const [id, kind] = location.hash.slice(1).split(".");
    this.id = Number(id) || (chosen ? Number(session) : null);
    this.way = kind || way;
  }

  get session() {
    const moment = now() / 1000;
    return this.sessions.find(({ id }) => id === this.id)
      ?? this.sessions.find(({ starts, ends }) => starts <= moment && moment < ends)
      ?? this.sessions.find(({ counts, ends }) => counts && moment < ends)
      ?? this.sessions.at(-1);
  }

  get key() {
    return this.session.keys[this.way] ?? this.session.keys.in;
  }

  take(id, way) {
    this.id = id;
    this.way = way;
    history.replaceState(null, "", `#${id ?? ""}.${way}`);
  }

  // The session before (-1) or after (1), with the same code where it has one.
  turn(by) {
    const next = this.sessions[this.sessions.indexOf(this.session) + by];
    if (next) this.take(next.id, this.way in next.keys ? this.way : "in");
  }
}
