// Saving: a new version on the server, and what it refused at which element.

import { focusElement } from "./draw.js";
import { nameOf } from "./names.js";
import { send } from "./server.js";
import { asText, boot, byId, desk, fill, onChange, part, pick, root, turn, words } from "./state.js";

let seen = boot.seen;
let saved = boot.is_newest ? asText() : ""; // an older version is work that is not saved yet
let isBusy = false;

export const clock = () => new Date().toLocaleTimeString("id", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");

function tell(state, text) {
  part("sync").className = `sync${state === "saved" ? "" : ` sync-${state}`}`;
  part("sync-text").textContent = text;
}

export async function save() {
  if (isBusy) return;
  isBusy = true;
  tell("wait", words.saving);
  const sent = asText();
  const answer = await send(root.dataset.saveUrl, { design: JSON.parse(sent), seen });
  isBusy = false;
  part("conflict").hidden = answer.status !== 409;
  showFaults(answer.status === 422 ? (answer.faults ?? [{ message: answer.message }]) : []);
  if (answer.status === 409) part("conflict").dataset.number = answer.number;
  if (answer.status === 409) part("conflict-text").textContent = answer.message;
  if (answer.status !== 200) return tell("bad", answer.status === 422 || answer.status === 409 ? words.notSaved : answer.message);
  seen = answer.number;
  saved = sent;
  part("version").textContent = fill(words.version, { number: answer.number });
  tell(isDirty() ? "wait" : "saved", isDirty() ? words.unsaved : fill(words.saved, { time: clock() }));
  for (const hear of savedWatchers) hear();
}

const savedWatchers = [];
export const onSaved = (watcher) => savedWatchers.push(watcher);
export const baseVersion = () => seen;

// Work that was begun on another version is saved as such.
export function startFrom(number) {
  seen = number;
}

export const isDirty = () => asText() !== saved;

// Every refusal names its element; a press leads there.
function showFaults(faults) {
  part("faults").hidden = !faults.length;
  part("fault-list").replaceChildren(...faults.map(({ side, element, message }) => {
    const line = document.createElement("li");
    const found = side && desk.design[side]?.elements.find(({ id }) => id === element);
    if (!found) line.textContent = message;
    else line.append(way(side, found, message));
    return line;
  }));
}

function way(side, element, message) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link" });
  button.textContent = `${nameOf(element)}: ${message}`;
  button.addEventListener("click", () => {
    turn(side);
    if (byId(element.id)) pick(element.id);
    focusElement(element.id);
  });
  return button;
}

export function wireSave() {
  part("save").addEventListener("click", save);
  part("conflict-over").addEventListener("click", () => {
    seen = Number(part("conflict").dataset.number);
    save();
  });
  part("conflict-open").addEventListener("click", () => location.reload());
  onChange((what) => {
    if (what !== "design" || isBusy) return;
    if (isDirty()) tell("wait", words.unsaved);
    else tell("saved", words.asSaved);
  });
  if (!boot.is_newest) tell("wait", words.unsaved);
}
