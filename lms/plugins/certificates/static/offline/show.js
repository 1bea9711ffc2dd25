// Puts a result on the page: one coloured box, the facts of the paper, and where to look further. All words come from
// the template (data-...), with {braces} for what is filled in.

const DAY = 86_400_000; // ms

export class Show {
  constructor(root) {
    Object.assign(this, { root, words: root.querySelector("[data-words]").dataset });
  }

  part(name) { return this.root.querySelector(`[data-${name}]`); }

  word(name, values = {}) {
    return this.words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  }

  // kind: ok, warn, bad. `name` is that of the two words: its title and, with "Text", what it means.
  proof(kind, name, values = {}) {
    for (const box of this.root.querySelectorAll("[data-proof]")) {
      box.hidden = box.dataset.proof !== kind;
      if (box.hidden) continue;
      box.querySelector("h2").textContent = this.word(name, values);
      box.querySelector("p").textContent = this.word(`${name}Text`, values);
    }
    this.part("result").hidden = false;
    this.part("result").scrollIntoView({ block: "nearest" }); // the form that asked stands below it
  }

  facts(facts) {
    this.part("facts").hidden = !facts;
    if (!facts) return;
    const { first, last = first, issued, expires } = facts;
    const texts = {
      ...facts,
      role: facts.letter ? this.word("letter") : (this.words[`role${facts.role}`] ?? ""),
      dates: days(first, last),
      jp: facts.jp ? this.word("hours", { jp: facts.jp }) : "",
      issued: day(issued),
      expires: expires === undefined ? "" : day(expires),
      code: facts.code.replace(/(.{4})(?=.)/g, "$1-"),
    };
    for (const cell of this.root.querySelectorAll("[data-fact]")) {
      cell.textContent = texts[cell.dataset.fact];
      cell.parentElement.hidden = !cell.textContent;
    }
  }

  // A link to the page of a code, for what only the site knows.
  link(code) {
    const link = this.part("page");
    link.hidden = !code;
    if (code) link.href = this.root.dataset.page.replace("CODE", code);
  }
}

const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
const words = new Intl.DateTimeFormat(document.documentElement.lang, style);
const dateOf = (value) => (typeof value === "number" ? new Date(value * DAY) : new Date(`${value.slice(0, 10)}T00:00:00Z`));

// A day as the statement has it (days since 1970), or as the site writes it (2026-11-27), in words.
export const day = (value) => words.format(dateOf(value));

const days = (first, last) => words.formatRange?.(dateOf(first), dateOf(last)) ?? `${day(first)} – ${day(last)}`;

// Today on this phone, counted as the statement counts.
export function today() {
  const now = new Date();
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY;
}
