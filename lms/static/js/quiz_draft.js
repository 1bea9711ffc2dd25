// Keeps an evaluation form on the phone until it is sent; afterwards nothing of it stays, since phones are shared.

const form = document.querySelector("[data-draft]");
const done = document.querySelector("[data-draft-done]");

if (done) forget(done.dataset.draftDone);
if (form) {
  const key = form.dataset.draft;
  restore(key);
  form.querySelector("[data-draft-note]").hidden = false;
  form.addEventListener("input", () => {
    const kept = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch { /* storage refused: the form still works */ }
  });
}

function restore(key) {
  let kept = [];
  try {
    kept = JSON.parse(localStorage.getItem(key)) ?? [];
  } catch { /* nothing to restore */ }
  for (const [name, value] of kept) {
    const field = form.elements[name];
    if (field && !field.value) field.value = value; // also chooses among radio buttons
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch { /* nothing was kept */ }
}
