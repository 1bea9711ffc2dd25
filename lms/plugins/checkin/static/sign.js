// Drawing a signature: the pad's strokes become a path of whole numbers in a box of 300 x 100.
// Without this file the page says to sign on paper.

const form = document.querySelector("[data-sign]");
const canvas = form.querySelector("[data-pad]");
const WIDTH = 300;
const HEIGHT = 100;
const LONGEST = 6000;

function pathOf(strokes, scale, every) {
  const at = (point) => `${Math.round(Math.min(WIDTH, Math.max(0, point.x * scale)))} ${Math.round(Math.min(HEIGHT, Math.max(0, point.y * scale)))}`;
  return strokes.map(({ points }) => {
    const kept = points.filter((_, index) => index % every === 0 || index === points.length - 1).map(at);
    const moved = kept.filter((text, index) => index === 0 || text !== kept[index - 1]);
    return `M${moved.join("L")}`;
  }).join("");
}

// A slow hand gives more points than needed: every second, third … one still shows the same line.
function shortPath(strokes, scale) {
  for (let every = 1; ; every += 1) {
    const path = pathOf(strokes, scale, every);
    if (path.length <= LONGEST || every > 40) return path;
  }
}

async function begin() {
  const { default: SignaturePad } = await import(form.dataset.vendor);
  form.hidden = false;
  document.querySelector("[data-paper]").hidden = true;
  const pad = new SignaturePad(canvas, { minWidth: 1.2, maxWidth: 2.6, penColor: "#1d3a8a" });

  function fit() {
    const kept = pad.toData();
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    const before = Number(canvas.dataset.width) || canvas.offsetWidth;
    canvas.dataset.width = canvas.offsetWidth;
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    const grown = canvas.offsetWidth / before; // the phone was turned: the drawing goes along
    for (const { points } of kept) for (const point of points) { point.x *= grown; point.y *= grown; }
    pad.fromData(kept);
  }

  fit();
  window.addEventListener("resize", fit);
  form.querySelector("[data-wipe]").addEventListener("click", () => pad.clear());
  form.addEventListener("submit", () => {
    form.elements.path.value = pad.isEmpty() ? "" : shortPath(pad.toData(), WIDTH / canvas.offsetWidth);
  });
}

begin();
