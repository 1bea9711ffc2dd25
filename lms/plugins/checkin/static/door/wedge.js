// A hardware scanner types very fast and ends with Enter; it works wherever the focus is.

import { tokenOf } from "./roster.js";

export function listen(found, { gap = 100, least = 6 } = {}) {
  let [typed, last] = ["", 0];
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const isFast = event.timeStamp - last < gap;
    if (event.key === "Enter") {
      const text = isFast ? typed : "";
      typed = "";
      // In a field a person may type fast as well: there only a badge is taken for a scan.
      if (text.length < least || (isField(event.target) && !tokenOf(text))) return;
      event.preventDefault(); // no button is pressed and no form is sent by it
      event.stopImmediatePropagation();
      clean(event.target, text);
      found(text);
    } else if (event.key.length === 1) {
      typed = isFast ? typed + event.key : event.key;
      last = event.timeStamp;
    }
  }, true);
}

const isField = (target) => Boolean(target.matches?.("input, textarea, select"));

// What went into a field on the way is taken out of it again.
function clean(field, text) {
  if (isField(field) && field.value?.endsWith(text)) field.value = field.value.slice(0, -text.length);
}
