// Three letters of a name, with a signal from the server, without one from the list where the organiser allows it.

import { door, part, say } from "./state.js";
import { take } from "./scan.js";

const LEAST = 3;
let [asked, timer] = [0, null];

export function wireSearch() {
  const dialog = part("find");
  const input = dialog.querySelector("input");
  part("find-open").addEventListener("click", () => { input.value = ""; tell([], ""); dialog.showModal(); });
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => look(input.value.trim()), 250); });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    if (event.submitter?.value === "close") return;
    event.preventDefault();
    clearTimeout(timer);
    look(input.value.trim());
  });
}

async function look(text) {
  const turn = ++asked;
  if (text.length < LEAST) return tell([], text ? say("moreLetters") : "");
  const answer = door.isOnline ? await door.api.search(text) : { state: "away" };
  if (turn !== asked) return; // somebody typed on
  if (answer.state === "problem") return tell([], answer.body?.detail ?? say("noSignal"));
  if (answer.state === "away" && !door.roster?.open) return tell([], say("searchNeedsSignal"));
  const people = answer.state === "ok" ? answer.body.people : door.roster.search(text);
  tell(people, people.length ? "" : say("nobody"));
}

function tell(people, words) {
  part("found-note").textContent = words;
  part("found").replaceChildren(...people.map(row));
}

function row(one) {
  const item = part("found-row").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-name]").textContent = one.name;
  item.querySelector("[data-note]").textContent = one.organisation;
  const button = item.querySelector("button");
  button.setAttribute("aria-label", say("markPresent", { name: one.name }));
  button.addEventListener("click", () => { part("find").close(); take({ enrolment: one.enrolment, person: { status: "confirmed", ...one } }); });
  return item;
}
