// Somebody who came without registration, noted with or without a signal.

import { open } from "./ask.js";
import { door, part, say } from "./state.js";
import { walkIn } from "./scan.js";

const FIELDS = ["full_name", "affiliation", "position", "gender", "phone"];

export function wireGuest() {
  part("guest-open").addEventListener("click", async () => {
    if (door.stopped || !door.session) return;
    for (let [known, why] = [{}, ""]; ;) {
      const given = await edit(known, why);
      if (!given) return;
      const wrong = await walkIn(given);
      if (!wrong) return;
      [known, why] = [given, reasonOf(wrong)];
    }
  });
}

// The form with what is known; null when it was closed.
export function edit(known, why = known.stuck ?? "") {
  return open("guest", (_dialog, form) => {
    for (const name of FIELDS) form.elements[name].value = known[name] ?? "";
    part("guest-wrong").hidden = !why;
    part("guest-wrong").querySelector("span").textContent = why;
  });
}

const reasonOf = ({ text, detail, errors }) => text || errors?.map((one) => one.message ?? one.msg ?? "").filter(Boolean).join(" ") || detail || say("lacking");
