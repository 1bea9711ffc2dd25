// Dialogs: each is a form of the page that is shown until somebody answers or closes it.

import { part } from "./state.js";

// Resolves to the form's values, or null when it was closed without an answer.
export function open(name, prepare = () => {}) {
  const dialog = part(name);
  const form = dialog.querySelector("form");
  form.reset();
  prepare(dialog, form);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      done(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
    }, { once: true });
  });
}

export const isOpen = () => document.querySelector("dialog[open]") !== null;

// The door's question about one person; "" when nobody answered.
export async function ask(question, name) {
  const given = await open("ask", (dialog) => {
    dialog.querySelector("h2").textContent = name || dialog.dataset.nobody;
    dialog.querySelector("label").textContent = question;
  });
  return given?.answer.trim() ?? "";
}
