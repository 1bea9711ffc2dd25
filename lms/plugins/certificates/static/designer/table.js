// The table of the back page with sample rows, nearly as it is printed.

import { boot } from "./state.js";
import { make } from "./svg.js";

const ROWS = 5;
const PT = 0.35; // mm
const INK = "#16262b";

export function drawTable(element) {
  const row = Math.min(element.h / (ROWS + 1), element.size * 0.75);
  const box = make("g", {}, make("rect", { width: element.w, height: row, fill: element.colour }));
  const write = (text, x, at, more) => {
    const values = { x, y: at * row + row * 0.66, "font-size": element.size * PT, "font-family": boot.fonts.sans, ...more };
    box.append(make("text", values, String(text)));
  };
  const line = (at, [no, title, speaker, jp], fill) => {
    write(no, 2, at, { fill });
    write(title, 12, at, { fill });
    write(speaker, element.w * 0.55, at, { fill });
    write(jp, element.w - 2, at, { fill, "text-anchor": "end" });
  };
  line(0, boot.columns, "#fff");
  for (const [at, { no, title, speaker, jp }] of boot.materials.slice(0, ROWS).entries()) {
    line(at + 1, [no, title, speaker, jp], INK);
    box.append(make("path", { d: `M0 ${(at + 2) * row}h${element.w}`, stroke: "#d8d2c5", "stroke-width": 0.2 }));
  }
  return box;
}
