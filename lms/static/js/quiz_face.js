// What the page says about saving: the line on top, the notes, and the numbers of all questions.

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

const line = document.querySelector("[data-sync]");
const announcer = document.querySelector("[data-announce]");
const notes = document.querySelector("[data-notes]");
const STICKY = new Set(["late", "refused", "locked"]); // said once, and true for good
const CALM = new Set(["saved", "sending", ...STICKY]);

export const announce = (text) => { announcer.textContent = text; };

function shape(box, index) {
  box.querySelector("use").setAttribute("href", line.dataset.shapes.split(" ")[index]);
}

// kind: saved, sending, waiting, or why nothing can be sent.
export function status(kind, saved, waiting) {
  const isCalm = CALM.has(kind);
  const word = !waiting ? "saved" : isCalm ? "sending" : kind === "waiting" ? "waiting" : "kept";
  line.className = word === "waiting" ? "sync sync-wait" : word === "kept" ? "sync sync-bad" : "sync";
  shape(line, { waiting: 1, kept: 2 }[word] ?? 0);
  const text = fill(line.dataset[word], { saved, waiting });
  const before = line.dataset.word ?? "saved";
  line.querySelector("span").textContent = text;
  line.dataset.word = word;
  // Not each answer, only when something changes for the person.
  if (word === "waiting" && before !== "waiting") announce(text);
  if (word === "saved" && (before === "waiting" || before === "kept")) announce(text);
}

export function note(kind, { count = 0, detail = "" } = {}) {
  for (const box of notes.querySelectorAll("[data-note]")) {
    const isIt = box.dataset.note === kind;
    if (isIt || !STICKY.has(box.dataset.note)) box.hidden = !isIt;
    const counted = box.querySelector("[data-count]");
    if (isIt && counted) counted.textContent = fill(counted.dataset.count, { count });
    if (isIt && detail) box.querySelector("[data-detail]").textContent = detail;
  }
}

// `look(n)` answers {is: "done" | "wait" | "open" | "read", isFlagged}.
export function palette(box, current, look) {
  const [done, wait, flag] = box.dataset.shapes.split(" ");
  for (const link of box.querySelectorAll("[data-go]")) {
    const n = Number(link.dataset.go);
    const { is, isFlagged } = look(n);
    const label = fill(box.dataset[is], { number: n });
    link.className = { done: "is-done", wait: "is-wait" }[is] ?? "";
    link.setAttribute("aria-label", isFlagged ? fill(box.dataset.flagged, { label }) : label);
    link.replaceChildren(String(n), ...[{ done, wait }[is], isFlagged && flag].filter(Boolean).map(icon));
    if (n === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function icon(address) {
  const picture = line.querySelector("svg").cloneNode(true);
  picture.querySelector("use").setAttribute("href", address);
  return picture;
}
