// Making SVG, in millimetres of the page.

const SVG = "http://www.w3.org/2000/svg";

export function make(name, values = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  set(node, values);
  node.append(...children);
  return node;
}

// null takes an attribute away.
export function set(node, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
}

export const canvas = document.querySelector("[data-canvas]");

// Millimetres of the page under a place on the screen.
export function placeOf(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
  return { x: point.x, y: point.y };
}

// Millimetres that `pixels` of the screen are at the canvas's present size.
export const millimetres = (pixels) => pixels / (canvas.getScreenCTM()?.a || 1);
