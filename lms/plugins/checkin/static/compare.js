// Compares a PDF with the printed one on this device. Without this file, or on plain http, the server compares.

const form = document.querySelector("[data-compare]");

async function digestOf(file) {
  const bytes = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

form?.addEventListener("submit", async (event) => {
  const file = form.elements.berkas.files[0];
  if (!file || !window.crypto?.subtle) return;
  event.preventDefault();
  const outcome = await digestOf(file) === form.dataset.compare ? "same" : "different";
  for (const box of document.querySelectorAll("[data-compared]")) box.hidden = box.dataset.compared !== outcome;
});
