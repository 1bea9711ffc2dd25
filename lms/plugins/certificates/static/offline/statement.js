// Reads the statement in a certificate's QR code and checks its signature in this browser: COSE_Sign1 with ES256 over
// what badges/compact.py writes. Nothing here asks the network.

import { fromBase32 } from "./base32.js";
import { decode, encode } from "./cbor.js";

const [SIGN1, KID, ES256] = [18, 4, "a10126"]; // of the COSE registries; the last is {alg: ES256} in hex
// Label in the map -> name and kind, as badges/compact.py has them.
const LABELS = {
  1: ["number", "string"], 2: ["name", "string"], 3: ["role", "number"], 4: ["title", "string"], 5: ["first", "number"],
  6: ["last", "number"], 7: ["jp", "number"], 8: ["issued", "number"], 9: ["issuer", "string"], 10: ["expires", "number"],
  11: ["letter", "number"],
};
const NEEDED = ["number", "name", "role", "title", "first", "issued", "issuer"];
const [CODE, BASE32] = [/^[A-Z2-9]{12}$/, /^[A-Z2-7]*$/];

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// {code, payload} of a scanned or typed text; payload is "" in a short address. null when it is none of ours.
export function readAddress(text) {
  const typed = text.replace(/\s+/g, "").replace(/[?#].*$/, "").toUpperCase();
  const parts = typed.split("/").filter(Boolean);
  const at = parts.lastIndexOf("V");
  const [code = "", payload = "", ...more] = at < 0 && parts.length === 1 ? parts : parts.slice(at + 1);
  const bare = code.replace(/-/g, "");
  return CODE.test(bare) && BASE32.test(payload) && !more.length && (at >= 0 || parts.length === 1) ? { code: bare, payload } : null;
}

// {facts} of a genuine statement, else {fault}: "damaged" (cannot be read), "stranger" (no key of ours), "forged".
export async function check({ code, payload }, keys) {
  let parts;
  try {
    parts = open(payload);
  } catch {
    return { fault: "damaged" };
  }
  const key = keys.find(({ kid }) => kid === parts.kid);
  if (!key) return { fault: "stranger" };
  const { x, y } = key;
  const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const publicKey = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y }, ecdsa, false, ["verify"]);
  const isGenuine = await crypto.subtle.verify(ecdsa, publicKey, parts.signature, signedBytes(parts, code));
  return isGenuine ? { facts: { code, ...parts.facts } } : { fault: "forged" };
}

function open(text) {
  const { tag, value } = decode(fromBase32(text));
  if (tag !== SIGN1 || !Array.isArray(value) || value.length !== 4) throw new Error("no signed statement");
  const [wanted, headers, payload, signature] = value;
  const isWhole = [wanted, payload, signature, headers.get(KID)].every((part) => part instanceof Uint8Array);
  if (!isWhole || hex(wanted) !== ES256 || headers.size !== 1 || signature.length !== 64) throw new Error("of another kind");
  return { wanted, payload, signature, kid: hex(headers.get(KID)), facts: factsOf(decode(payload)) };
}

function factsOf(claims) {
  const facts = {};
  for (const [label, value] of claims) {
    const [name, kind] = LABELS[label] ?? [];
    if (!name) continue; // of a later version: what it adds may be left out
    if (typeof value !== kind) throw new Error("of another kind");
    facts[name] = value;
  }
  if (!NEEDED.every((name) => name in facts)) throw new Error("something is missing");
  return facts;
}

// COSE's Sig_structure: a row of four, the code of the address among them.
function signedBytes({ wanted, payload }, code) {
  const parts = [encode("Signature1"), encode(wanted), encode(new TextEncoder().encode(code)), encode(payload)];
  return Uint8Array.from([0x84, ...parts.flatMap((part) => [...part])]);
}
