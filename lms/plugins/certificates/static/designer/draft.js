// Work that is not saved yet is kept in this browser, and offered when the page is opened again.

import { baseVersion, clock, isDirty, onSaved, startFrom } from "./save.js";
import { asText, desk, fill, onChange, part, replace, root, words } from "./state.js";

const KEY = `lokakarya-design-${root.dataset.id}`;
const PAUSE = 300; // ms after the last change
let timer = 0;

function keep() {
  if (!part("draft").hidden) return; // what is offered is not written over
  if (isDirty()) localStorage.setItem(KEY, JSON.stringify({ seen: baseVersion(), at: clock(), design: desk.design }));
  else localStorage.removeItem(KEY);
}

function keepSoon() {
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
}

// Based on an older version it is refused at saving, which says why.
function offer() {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
  if (!kept || JSON.stringify(kept.design) === asText()) return;
  part("draft").hidden = false;
  part("draft-text").textContent = fill(words.draft, { time: kept.at });
  part("draft-take").addEventListener("click", () => {
    part("draft").hidden = true;
    startFrom(kept.seen);
    replace(kept.design);
  });
  part("draft-drop").addEventListener("click", () => {
    part("draft").hidden = true;
    localStorage.removeItem(KEY);
    keepSoon();
  });
}

export function wireDraft() {
  offer();
  onSaved(keep);
  onChange((what) => { if (what === "design") keepSoon(); });
  addEventListener("pagehide", keep);
}
