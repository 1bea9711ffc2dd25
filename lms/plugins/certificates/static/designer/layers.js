// The list of elements, the uppermost first: pick, lift, lock and delete without aiming at the canvas.

import { lift, lock, remove } from "./deeds.js";
import { focusElement } from "./draw.js";
import { kindOf, nameOf } from "./names.js";
import { desk, elements, fill, onChange, part, pick, words } from "./state.js";

const list = part("layers");
const model = part("layer-row").content.firstElementChild;
const DEEDS = { up: (id) => lift(1, id), down: (id) => lift(-1, id), lock, remove };
let painted = "";

function rowOf(element) {
  const row = model.cloneNode(true);
  const name = nameOf(element);
  row.dataset.layer = element.id;
  row.querySelector("[data-layer-name]").textContent = name;
  const isPlain = element.kind === "text" || name.startsWith(kindOf(element.kind));
  row.querySelector("[data-layer-kind]").textContent = isPlain ? "" : kindOf(element.kind);
  row.querySelector("[data-layer-pick]").setAttribute("aria-pressed", element.id === desk.picked);
  for (const button of row.querySelectorAll("[data-layer-deed]")) {
    button.setAttribute("aria-label", fill(words[`layer${button.dataset.layerDeed}`], { name }));
  }
  row.querySelector("[data-layer-deed=lock]").setAttribute("aria-pressed", element.is_locked);
  return row;
}

function paint() {
  const rows = elements().toReversed();
  const now = JSON.stringify([desk.picked, rows.map((element) => [element.id, nameOf(element), element.is_locked])]);
  if (now === painted) return;
  painted = now;
  const had = focusedButton();
  list.replaceChildren(...rows.map(rowOf));
  if (had) list.querySelector(had)?.focus();
}

// The list is drawn anew: whoever pressed a button of it finds the same button again.
function focusedButton() {
  const button = document.activeElement?.closest("[data-layer] button");
  if (!button || !list.contains(button)) return "";
  const deed = button.dataset.layerDeed;
  return `[data-layer="${button.closest("[data-layer]").dataset.layer}"] ${deed ? `[data-layer-deed=${deed}]` : "[data-layer-pick]"}`;
}

export function wireLayers() {
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const id = button.closest("[data-layer]").dataset.layer;
    const deed = button.dataset.layerDeed;
    if (deed) DEEDS[deed](id);
    else {
      pick(id);
      focusElement(id);
    }
  });
  part("pick-page").addEventListener("click", () => pick(null));
  onChange(paint);
  paint();
}
