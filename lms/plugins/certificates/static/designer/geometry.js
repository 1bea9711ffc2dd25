// Boxes in millimetres: where they may be, and what they snap to. Knows no page.

export const WIDTH = 297;
export const HEIGHT = 210;
export const MARGIN = 9; // printers leave so much white
export const SMALLEST = 2;
const EDGES = { x: [0, MARGIN, WIDTH / 2, WIDTH - MARGIN, WIDTH], y: [0, MARGIN, HEIGHT / 2, HEIGHT - MARGIN, HEIGHT] };
const SIZE = { x: "w", y: "h" };
const LIMIT = { x: WIDTH, y: HEIGHT };

export const round = (value) => Math.round(value * 10) / 10;
const between = (low, value, high) => Math.min(Math.max(value, low), high);

// The box with its place inside the page, in tenths of a millimetre.
export function inside(box) {
  const w = between(SMALLEST, round(box.w), WIDTH);
  const h = between(SMALLEST, round(box.h), HEIGHT);
  return { x: between(0, round(box.x), round(WIDTH - w)), y: between(0, round(box.y), round(HEIGHT - h)), w, h };
}

const linesOf = (box, axis) => {
  const size = box[SIZE[axis]];
  return [box[axis], box[axis] + size / 2, box[axis] + size];
};

// The nearest line within `reach` of one of the `moving` places: how far it is away, and where; null without one.
function nearest(moving, axis, others, reach) {
  const targets = [...EDGES[axis], ...others.flatMap((other) => linesOf(other, axis))];
  let found = null;
  for (const place of moving) {
    for (const at of targets) {
      const by = at - place;
      if (Math.abs(by) <= reach && (!found || Math.abs(by) < Math.abs(found.by) - 1e-6)) found = { by, at, axis };
    }
  }
  return found;
}

// A moved box at rest on what is near it; `lines` are what it lies on, to be shown.
export function snapMove(box, others, reach) {
  const lines = [];
  const place = { ...box };
  for (const axis of ["x", "y"]) {
    const hit = nearest(linesOf(box, axis), axis, others, reach);
    if (!hit) continue;
    place[axis] += hit.by;
    lines.push(hit);
  }
  return { box: place, lines };
}

// A box that grows at its `grip` (n, s, e, w or two of them), likewise.
export function snapGrow(box, grip, others, reach) {
  const lines = [];
  const place = { ...box };
  for (const [axis, low, high] of [["x", "w", "e"], ["y", "n", "s"]]) {
    if (!grip.includes(low) && !grip.includes(high)) continue;
    const [start, , end] = linesOf(place, axis);
    const hit = nearest([grip.includes(low) ? start : end], axis, others, reach);
    if (!hit) continue;
    grow(place, axis, grip.includes(low), hit.by);
    lines.push(hit);
  }
  return { box: place, lines };
}

function grow(box, axis, isLow, by) {
  const size = SIZE[axis];
  if (!isLow) box[size] = Math.max(SMALLEST, box[size] + by);
  else {
    const moved = Math.min(by, box[size] - SMALLEST);
    box[axis] += moved;
    box[size] -= moved;
  }
}

// The box after its grip was pulled by so many millimetres, within the page.
export function pull(box, grip, dx, dy) {
  const place = { ...box };
  for (const [axis, low, high, by] of [["x", "w", "e", dx], ["y", "n", "s", dy]]) {
    const size = box[SIZE[axis]];
    if (grip.includes(low)) grow(place, axis, true, Math.max(by, -box[axis]));
    if (grip.includes(high)) grow(place, axis, false, Math.min(by, LIMIT[axis] - box[axis] - size));
  }
  return place;
}
