// The list of people as it lies on the phone: every entry is closed with the badge that it belongs to.

const text = new TextEncoder();
const digest = async (words) => new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(words)));
const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const bytesOf = (words) => Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const squeezed = (words) => words.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
const person = ([enrolment, name, organisation, status, role]) => ({ enrolment, name, organisation, status, role });

export const canDecrypt = Boolean(globalThis.crypto?.subtle); // not on plain http

// The 26 letters of a badge, in whatever the camera or a hardware scanner read; "" when it is none.
export function tokenOf(read) {
  let plain = read;
  try { plain = decodeURIComponent(read); } catch { /* a stray % */ }
  const token = plain.replaceAll(/\s/g, "").replace(/\/+$/, "").split("/").pop().toLowerCase();
  return /^[a-z2-7]{26}$/.test(token) ? token : "";
}

// Six letters as they stand on the ticket; "" when it is no ticket code.
export function codeOf(typed) {
  const code = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  return code.length === 6 ? code : "";
}

export class Roster {
  constructor({ entries, replaced, present, open }) {
    this.entries = new Map(entries.map(([id, nonce, cipher]) => [id, [nonce, cipher]]));
    this.replaced = new Set(replaced);
    this.present = new Map(Object.entries(present).map(([session, people]) => [Number(session), new Set(people)]));
    this.open = open; // only where the organiser allows search without signal
  }

  // {state: "known", person} | {state: "replaced"} | {state: "unknown"}
  async find(token) {
    if (!canDecrypt) return { state: "unknown" };
    const id = base64(await digest(`lokakarya-roster-id:${token}`)).slice(0, 16);
    if (this.replaced.has(id)) return { state: "replaced" };
    const entry = this.entries.get(id);
    if (!entry) return { state: "unknown" };
    const key = await crypto.subtle.importKey("raw", await digest(`lokakarya-roster-key:${token}`), "AES-GCM", false, ["decrypt"]);
    const [iv, cipher] = entry.map(bytesOf);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, cipher);
    return { state: "known", person: person(JSON.parse(new TextDecoder().decode(plain))) };
  }

  byCode(code) { return this.listed((row) => row[3] === code)[0] ?? null; }
  byId(enrolment) { return this.listed((row) => row[0] === enrolment)[0] ?? null; }
  search(typed) { return this.listed((row) => squeezed(row[1] + " " + row[2]).includes(squeezed(typed))).slice(0, 12); }

  listed(fits) {
    return (this.open ?? []).filter(fits).map(([enrolment, name, organisation]) => ({ enrolment, name, organisation, status: "confirmed", role: "" }));
  }

  isPresent(session, enrolment) { return this.present.get(session)?.has(enrolment) ?? false; }
}
