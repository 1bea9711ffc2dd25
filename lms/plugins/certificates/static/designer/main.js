// The designer: puts its parts together. Without it the page shows the print and says what is missing.

import { wireAssets } from "./assets.js";
import { add, tellGone } from "./deeds.js";
import { paint, redrawTexts } from "./draw.js";
import { wireDraft } from "./draft.js";
import { wireInspector } from "./inspector.js";
import { wireKeys } from "./keys.js";
import { wireLayers } from "./layers.js";
import { wirePointer } from "./pointer.js";
import { wirePreview } from "./preview.js";
import { save, wireSave } from "./save.js";
import { boot, canRedo, canUndo, onChange, part, parts, pick, redo, root, undo } from "./state.js";

// A font is fetched once a text asks for it; then all texts are measured anew.
function loadFonts() {
  for (const { family, address, ...rest } of boot.faces) document.fonts.add(new FontFace(family, `url("${address}")`, rest));
  document.fonts.addEventListener("loadingdone", redrawTexts);
}

function paintSteps() {
  part("undo").disabled = !canUndo();
  part("redo").disabled = !canRedo();
}

function wireTools() {
  part("undo").addEventListener("click", undo);
  part("redo").addEventListener("click", redo);
  part("gone-undo").addEventListener("click", () => {
    undo();
    tellGone("");
  });
  for (const button of parts("add")) button.addEventListener("click", () => add(button.dataset.add));
  onChange(paintSteps);
  paintSteps();
}

root.hidden = false;
document.querySelector("[data-still]").hidden = true;
loadFonts();
paint();
wireTools();
wirePointer();
wireKeys(save);
wireInspector(boot.fresh.back);
wireLayers();
wireAssets();
wireSave();
wireDraft();
wirePreview();
pick(boot.design.front.elements.find(({ kind }) => kind === "name").id);
