// What every page may use, attached by data attributes. Without this file every page still works.

const errors = document.querySelector('.note-bad[role="alert"][tabindex="-1"]');
if (errors) errors.focus();

for (const button of document.querySelectorAll("[data-dismiss], [data-print], [data-copy], [data-reveal]")) {
  button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss], [data-print], [data-copy], [data-reveal], [data-theme-set]");
  if (!button) return;
  if ("dismiss" in button.dataset) dismiss(button);
  if ("print" in button.dataset) window.print();
  if ("copy" in button.dataset) copy(button);
  if ("reveal" in button.dataset) reveal(button);
  if ("themeSet" in button.dataset) document.documentElement.dataset.theme = button.dataset.themeSet;
});

function dismiss(button) {
  const box = button.closest("[data-message], .toast, dialog");
  if (box instanceof HTMLDialogElement) box.close();
  else box?.remove();
}

// data-copy holds the text itself, or "#id" of the element that holds it; data-copied is shown afterwards.
async function copy(button) {
  const source = button.dataset.copy;
  const element = source.startsWith("#") ? document.querySelector(source) : null;
  const text = element ? (element.value ?? element.textContent.trim()) : source;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (element?.select) element.select(); // plain http: the visitor copies the marked text
    return;
  }
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied ?? before;
  setTimeout(() => { label.textContent = before; }, 2500);
}

function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

// A form or its button with data-confirm asks first; the form is sent by the same button after "yes".
document.addEventListener("submit", (event) => {
  const form = event.target;
  const asked = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asked.dataset?.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(asked.dataset, () => {
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
  });
}, true);

function ask(data, proceed) {
  const dialog = document.getElementById("confirm-dialog").content.firstElementChild.cloneNode(true);
  const [yes, no] = dialog.querySelectorAll("button");
  dialog.querySelector("h2").textContent = data.confirm;
  dialog.querySelector("p").textContent = data.confirmText ?? "";
  if (data.confirmAction) yes.textContent = data.confirmAction;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") proceed();
  });
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
}

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-autosubmit]")) event.target.form?.requestSubmit();
});

// Where browsers allow it (https, localhost), pages that say so are kept for the time without signal: js/sw.js.
// A page that came past the worker, because it was not there yet, is fetched once more. Whether it did is what counts:
// the worker may have taken charge of the page since.
if (window.isSecureContext) navigator.serviceWorker?.register("/sw.js").then(async () => {
  const [opened] = performance.getEntriesByType("navigation");
  const isKept = opened?.serverTiming?.some((entry) => entry.name === "offline");
  if (!isKept || opened.workerStart > 0) return;
  (await navigator.serviceWorker.ready).active.postMessage({ keep: location.pathname + location.search });
}).catch(() => { /* the pages work without it */ });
