// The venue code as lms/plugins/checkin/venue.py makes it, and its picture, both without the server.
import { correction, generate } from "../../static/vendor/lean-qr/lean-qr.min.js";

export const STEP = 30; // seconds
const QUIET = 4; // modules of white around the picture
const LENGTH = 6;

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

// The code of the step that `seconds` (of Unix time) falls into.
export async function codeAt(keyHex, seconds, alphabet) {
  const key = await crypto.subtle.importKey("raw", bytes(keyHex), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const step = new TextEncoder().encode(String(Math.floor(seconds / STEP)));
  let number = new DataView(await crypto.subtle.sign("HMAC", key, step)).getBigUint64(0);
  let code = "";
  for (const size = BigInt(alphabet.length); code.length < LENGTH; number /= size) code += alphabet[Number(number % size)];
  return code;
}

// Draw `text` into the SVG that the server made: its first path is the ground, its second the modules.
export function draw(svg, text) {
  const { size, get } = generate(text, { minCorrectionLevel: correction.M });
  const side = size + 2 * QUIET;
  let path = "";
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) if (get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  const [ground, modules] = svg.querySelectorAll("path");
  svg.setAttribute("viewBox", `${-QUIET} ${-QUIET} ${side} ${side}`);
  ground.setAttribute("d", `M${-QUIET} ${-QUIET}h${side}v${side}h-${side}z`);
  modules.setAttribute("d", path);
}
