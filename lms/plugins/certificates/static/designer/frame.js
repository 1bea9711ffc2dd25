// Around the picked element: a frame, eight grips, and the lines that it snaps to.

import { part, picked } from "./state.js";
import { make, millimetres } from "./svg.js";

const GRIPS = { nw: [0, 0], n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5] };
const GRIP = 7; // pixels
const REACH = 26;
const frame = part("frame");

export function paintFrame() {
  const box = picked();
  frame.replaceChildren();
  if (!box) return;
  frame.append(make("rect", { class: "pick", x: box.x, y: box.y, width: box.w, height: box.h }));
  if (!box.is_locked) frame.append(...Object.entries(GRIPS).map(([name, place]) => grip(name, place, box)));
}

// What can be caught is larger than what is seen, and lies outside of the box: the box itself stays free for moving.
function grip(name, [across, down], box) {
  const [side, reach] = [millimetres(GRIP), millimetres(REACH)];
  const [x, y] = [box.x + box.w * across, box.y + box.h * down];
  const out = reach - side;
  const square = (size, cls, dx = 0, dy = 0) =>
    make("rect", { class: cls, x: x - size / 2 + dx, y: y - size / 2 + dy, width: size, height: size });
  const far = square(reach, "reach", (across - 0.5) * out, (down - 0.5) * out);
  return make("g", { class: `pull pull-${name}`, "data-grip": name }, far, square(side, "grip"));
}

export function paintLines(lines = []) {
  const path = ({ axis, at }) => make("path", { class: "guide", d: axis === "x" ? `M${at} 0v210` : `M0 ${at}h297` });
  part("snaps").replaceChildren(...lines.map(path));
}
