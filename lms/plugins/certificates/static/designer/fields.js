// Fields of the inspector: values as people write them (decimal comma, percent), and as the design keeps them.

const DECIMALS = { mm: 1, pt: 1, em: 2, percent: 0 };

const isNumber = (type) => type in DECIMALS;

export function write(field, value) {
  const { type } = field.dataset;
  if (field.type === "checkbox") field.checked = Boolean(value);
  else if (field.type === "radio") field.checked = field.value === String(value);
  else if (isNumber(type)) field.value = shown(value, type);
  else field.value = value ?? "";
}

function shown(value, type) {
  const factor = 10 ** DECIMALS[type];
  return String(Math.round(value * (type === "percent" ? 100 : 1) * factor) / factor).replace(".", ",");
}

// The value, or undefined for what cannot be read or is out of bounds.
export function read(field) {
  const { type, min, max } = field.dataset;
  if (field.type === "checkbox") return field.checked;
  if (type === "int") return Number(field.value);
  if (!isNumber(type)) return field.value;
  const typed = field.value.trim().replace(/\s|mm|pt|%/g, "").replace(",", ".");
  const number = /^-?\d+(\.\d*)?$/.test(typed) ? Number(typed) : NaN;
  if (!(number >= Number(min) && number <= Number(max))) return undefined;
  return type === "percent" ? number / 100 : number;
}

// Says at the field itself what is wrong; the message is the field's own.
export function mark(field, isWrong) {
  const error = document.getElementById(`${field.id}-error`);
  if (isWrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (error) error.hidden = !isWrong;
}
