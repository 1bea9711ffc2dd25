// Pictures of the organiser: chosen for an element or as background of the page, or uploaded there and then.

import { sendFile } from "./server.js";
import { assetAddress } from "./shapes.js";
import { boot, change, desk, fill, onChange, page, part, picked, words } from "./state.js";

const grid = part("assets");
const known = new Map(boot.assets.map((asset) => [asset.sha256, asset]));
const takesPicture = (element) => ["picture", "logo", "stamp"].includes(element?.kind);
const current = () => (desk.picked ? picked()?.asset : page().background);

function use(sha) {
  change(({ elements }) => {
    if (!desk.picked) {
      page().background = sha;
      return;
    }
    const element = elements.find(({ id }) => id === desk.picked);
    element.asset = sha;
    if (sha) keepShape(element, known.get(sha));
  });
}

// The box takes the picture's proportions; its width and its middle stay.
function keepShape(element, asset) {
  if (!asset?.width || !asset.height) return;
  const middle = element.y + element.h / 2;
  const h = Math.round(Math.min(210, Math.max(2, (element.w * asset.height) / asset.width)) * 10) / 10;
  element.h = h;
  element.y = Math.round(Math.min(Math.max(0, middle - h / 2), 210 - h) * 10) / 10;
}

function tileOf({ sha256: sha, name }) {
  const tile = part("asset-tile").content.firstElementChild.cloneNode(true);
  tile.dataset.asset = sha;
  tile.querySelector("img").src = assetAddress(sha);
  tile.setAttribute("aria-label", fill(words.useAsset, { name }));
  tile.title = name;
  return tile;
}

function paint() {
  const element = picked();
  const sha = current();
  part("asset-none").hidden = !sha;
  part("asset-none-text").textContent = element ? words.noAsset : words.noBackground;
  for (const tile of grid.children) tile.setAttribute("aria-pressed", tile.dataset.asset === sha);
  part("assets-empty").hidden = grid.children.length > 0;
}

async function upload({ target: input }) {
  const [file] = input.files;
  if (!file) return;
  tell(words.uploading);
  const was = desk.picked;
  const answer = await sendFile(file);
  input.value = "";
  if (!answer.ok) return tell(answer.message, true);
  known.set(answer.asset.sha256, answer.asset);
  if (![...grid.children].some((tile) => tile.dataset.asset === answer.asset.sha256)) grid.prepend(tileOf(answer.asset));
  tell(fill(words.uploaded, { name: answer.asset.name }));
  if (desk.picked === was && (!was || takesPicture(picked()))) use(answer.asset.sha256);
}

function tell(text, isBad = false) {
  part("asset-said").textContent = text;
  part("asset-said").classList.toggle("text-bad", isBad);
}

export function wireAssets() {
  grid.replaceChildren(...boot.assets.map(tileOf));
  grid.addEventListener("click", ({ target }) => {
    const tile = target.closest("[data-asset]");
    if (tile) use(tile.dataset.asset);
  });
  part("asset-none").addEventListener("click", () => use(null));
  part("asset-file").addEventListener("change", upload);
  onChange(paint);
  paint();
}
