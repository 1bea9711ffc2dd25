// Loaded first and needs nothing: a fault of any script is told in words, and what was scanned stays on the phone.
const box = document.querySelector("[data-fault]");

function tell(event) {
  const isOfScript = event instanceof ErrorEvent || event.type === "unhandledrejection" || event.target?.tagName === "SCRIPT";
  if (!box || !isOfScript || /transition/i.test(event.reason?.message ?? "")) return; // a skipped animation is no fault
  box.hidden = false;
  const reason = event.reason ?? event.error ?? event.message ?? event.target?.src ?? "";
  box.querySelector("[data-fault-detail]").textContent = String(reason?.message ?? reason).slice(0, 160);
}

addEventListener("error", tell, true); // also that a file did not load
addEventListener("unhandledrejection", tell);
