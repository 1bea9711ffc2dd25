// The little of CBOR (RFC 8949) that a statement needs: whole numbers, bytes, text, rows, maps and one tag. Strict:
// shortest form only, no endless items, nothing after the end, bounded in size and depth. What is else is refused.

const [UINT, BYTES, TEXT, ROW, MAP, TAG] = [0, 2, 3, 4, 5, 6];
const [MOST_BYTES, MOST_ITEMS, DEEPEST] = [1200, 16, 4];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Tagged {
  constructor(tag, value) { Object.assign(this, { tag, value }); }
}

export function decode(bytes) {
  if (bytes.length > MOST_BYTES) throw new Error("too long");
  const reader = { bytes, at: 0 };
  const value = item(reader, 0);
  if (reader.at !== bytes.length) throw new Error("more after the end");
  return value;
}

function item(reader, depth) {
  if (depth > DEEPEST) throw new Error("too deep");
  const first = take(reader, 1)[0];
  const size = argument(reader, first & 31);
  switch (first >> 5) {
    case UINT: return size;
    case BYTES: return take(reader, size);
    case TEXT: return utf8.decode(take(reader, size));
    case ROW: return many(size).map(() => item(reader, depth + 1));
    case MAP: return map(reader, size, depth + 1);
    case TAG: return new Tagged(size, item(reader, depth + 1));
    default: throw new Error("of a kind that no statement has");
  }
}

// The number in the head of an item: in it, or in the 1, 2 or 4 bytes after it.
function argument(reader, short) {
  if (short < 24) return short;
  if (short > 26) throw new Error("of a size that no statement has");
  const number = take(reader, 1 << (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
  if (number < [24, 256, 65536][short - 24]) throw new Error("not the shortest form");
  return number;
}

function map(reader, size, depth) {
  const found = new Map();
  for (const _ of many(size)) {
    const key = item(reader, depth);
    if (!Number.isInteger(key) || found.has(key)) throw new Error("keys are numbers, each once");
    found.set(key, item(reader, depth));
  }
  return found;
}

function many(size) {
  if (size > MOST_ITEMS) throw new Error("too many");
  return Array.from({ length: size });
}

function take(reader, size) {
  const end = reader.at + size;
  if (end > reader.bytes.length) throw new Error("cut off");
  const part = reader.bytes.slice(reader.at, end);
  reader.at = end;
  return part;
}

// A byte string or a text, as COSE wants them in what is signed.
export function encode(value) {
  const [kind, data] = typeof value === "string" ? [TEXT, new TextEncoder().encode(value)] : [BYTES, value];
  const { length } = data;
  const head = length < 24 ? [length] : length < 256 ? [24, length] : [25, length >> 8, length & 255];
  head[0] |= kind << 5;
  return Uint8Array.from([...head, ...data]);
}
