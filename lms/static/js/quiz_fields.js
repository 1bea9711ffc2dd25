// Between the fields of a form and answers as they are kept and sent: {part: [values]}, part "" for q3 and "2" for q3-2.

const NAME = /^q(\d+)(?:-(.*))?$/;

function fields(form, n) {
  const found = [];
  for (const field of form.elements) {
    const [, number, part = ""] = NAME.exec(field.name) ?? [];
    if (Number(number) === n) found.push([field, part]);
  }
  return found;
}

const isTicked = (field) => field.type === "radio" || field.type === "checkbox";

export const isTyped = (field) => field.matches("textarea, input[type='text'], input:not([type])");
export const numberOf = (field) => Number(NAME.exec(field.name ?? "")?.[1] ?? 0);

export function read(form, n) {
  const values = {};
  for (const [field, part] of fields(form, n)) {
    if (isTicked(field) ? field.checked : field.value.trim()) (values[part] ??= []).push(field.value);
  }
  return values;
}

export function write(form, n, values) {
  for (const [field, part] of fields(form, n)) {
    if (isTicked(field)) field.checked = (values[part] ?? []).includes(field.value);
    else field.value = values[part]?.[0] ?? "";
  }
}

export const isGiven = (values) => Object.keys(values).length > 0;
export const has = (form, n) => fields(form, n).length > 0;
export const hasTicked = (form, n) => fields(form, n).some(([field]) => field.type === "radio" && field.checked);
export const isLocked = (form, n) => fields(form, n).some(([field]) => field.matches(":disabled"));
