// The real print beside the canvas: drawn by the server after every pause, with the longest name.

import { draw } from "./server.js";
import { asText, desk, fill, onChange, part, root, words } from "./state.js";

const PAUSE = 600; // ms after the last change
const picture = part("proof");
let timer = 0;
let isBusy = false;
let isStale = false;
let shown = "";

function say(text, isBad = false) {
  part("proof-said").textContent = text;
  part("proof-said").classList.toggle("text-bad", isBad);
}

const wanted = () => JSON.stringify([asText(), desk.side, part("workshop").value]);

// One at a time: what changed meanwhile is drawn next.
async function refresh() {
  clearTimeout(timer);
  if (isBusy) {
    isStale = true;
    return;
  }
  const asked = wanted();
  if (asked === shown) return;
  isBusy = true;
  picture.closest("figure").setAttribute("aria-busy", "true");
  const body = { design: desk.design, side: desk.side, workshop: Number(part("workshop").value) || null };
  const answer = await draw(root.dataset.previewUrl, body);
  isBusy = false;
  picture.closest("figure").removeAttribute("aria-busy");
  if (answer.status === 200) show(answer.address, asked);
  else say(answer.faults?.[0]?.message ?? answer.message, true);
  if (isStale) {
    isStale = false;
    refresh();
  }
}

function show(address, asked) {
  if (picture.src.startsWith("blob:")) URL.revokeObjectURL(picture.src);
  shown = asked;
  picture.src = address;
  picture.alt = fill(words.printed, { side: words[`${desk.side}Side`] });
  picture.hidden = false;
  say("");
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

export function wirePreview() {
  onChange((what) => { if (what !== "pick") soon(); });
  part("workshop").addEventListener("change", refresh);
  part("refresh").addEventListener("click", () => {
    shown = "";
    refresh();
  });
  refresh();
}
