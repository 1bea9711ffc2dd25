// What is no text: pictures, signatures, the QR code, ornaments and the table, as near to the print as needed here.

import { drawText } from "./letters.js";
import { boot, root, words } from "./state.js";
import { make } from "./svg.js";
import { drawTable } from "./table.js";

const SOFT = "#4b5a5e";
const WHOLE = "none"; // an ornament fills its box

export const assetAddress = (sha) => root.dataset.assetUrl.replace("SHA", sha);

const zone = ({ w, h }) => make("rect", { class: "zone", width: w, height: h });

function caption({ w, h }, text) {
  const size = Math.min(3.6, h / 2, w / 5);
  return make("text", { x: w / 2, y: h / 2 + size / 3, "font-size": size, "text-anchor": "middle", fill: SOFT }, text);
}

const image = (element, href, fit = "xMidYMid meet") =>
  make("image", { width: element.w, height: element.h, href, preserveAspectRatio: fit, opacity: element.opacity ?? 1 });

function picture(element) {
  if (element.asset) return image(element, assetAddress(element.asset));
  if (element.kind === "logo") return mark(element);
  return make("g", {}, zone(element), caption(element, words.noPicture));
}

// The mark of the product, as papers have it.
function mark({ w, h, opacity }) {
  const scale = Math.min(w, h) / 48;
  const place = `translate(${w / 2 - 24 * scale} ${h / 2 - 24 * scale}) scale(${scale})`;
  return make(
    "g", { transform: place, opacity },
    make("path", { d: "M24 1l23 23-23 23L1 24z", fill: "#0a4352" }),
    make("path", { d: "M24 10L10 24l14 14 14-14z", fill: "none", stroke: "#eab042", "stroke-width": 2.5 }),
    make("path", { d: "M24 18l6 6-6 6-6-6z", fill: "#fff" }),
  );
}

function ornament(element) {
  const asked = new URLSearchParams({
    w: element.w, h: element.h, warna: element.colour.slice(1), aksen: element.accent.slice(1),
  });
  return image(element, `${root.dataset.ornamentUrl.replace("HIASAN", element.ornament)}?${asked}`, WHOLE);
}

function qr(element) {
  const side = Math.min(element.w, element.h);
  const quiet = 4;
  const cell = side / (boot.qr.side + 2 * quiet);
  const x = (element.w - side) / 2;
  const y = (element.h - side) / 2;
  return make(
    "g", {},
    make("rect", { x, y, width: side, height: side, fill: "#fff" }),
    make("path", {
      d: boot.qr.path, fill: "#16262b",
      transform: `translate(${x + quiet * cell} ${y + quiet * cell}) scale(${cell})`,
    }),
  );
}

function signature(element) {
  const { w, h } = element;
  const wave = `M${w * 0.2} ${h * 0.75}c${w * 0.1}-${h * 0.7} ${w * 0.16}-${h * 0.55} ${w * 0.15}-${h * 0.1}` +
    `s${w * 0.12}-${h * 0.5} ${w * 0.17}-${h * 0.3} ${w * 0.04} ${h * 0.3} ${w * 0.12} ${h * 0.1} ${w * 0.14}-${h * 0.2} ${w * 0.22}-${h * 0.25}`;
  const stroke = Math.min(0.7, h / 20);
  const ink = { d: wave, fill: "none", stroke: "#1d3a8a", "stroke-width": stroke, "stroke-linecap": "round", opacity: 0.7 };
  return make("g", {}, zone(element), make("path", ink));
}

const DRAW = { text: drawText, name: drawText, picture, logo: picture, stamp: picture, signature, qr, ornament, materials: drawTable };

// One element with its corner at 0, 0.
export const drawElement = (element) => DRAW[element.kind](element);
