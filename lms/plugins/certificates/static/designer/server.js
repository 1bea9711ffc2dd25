// Talking to the server: saving, pictures of the print, files. Nothing here throws; a lost signal is an answer too.

import { root, words } from "./state.js";

const LONGEST = 60000; // ms
const headers = { Accept: "application/json", "X-CSRFToken": root.dataset.csrf };

async function ask(address, options) {
  try {
    const answer = await fetch(address, { method: "POST", signal: AbortSignal.timeout(LONGEST), ...options });
    if (answer.status === 401 || answer.redirected) return { status: 401, message: words.signedOut };
    return answer;
  } catch {
    return { status: 0, message: words.noSignal };
  }
}

async function bodyOf(answer) {
  if (answer.message) return { message: answer.message };
  try {
    return await answer.json();
  } catch {
    return { message: words.serverTrouble };
  }
}

const asJson = (body) => ({ headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });

// `{status, ...body}`; the body of a refusal has a message, and faults that name elements.
export async function send(address, body) {
  const answer = await ask(address, asJson(body));
  return { ...(await bodyOf(answer)), status: answer.status };
}

// A picture as an address of this page, or a refusal.
export async function draw(address, body) {
  const answer = await ask(address, asJson(body));
  if (!answer.ok) return { ...(await bodyOf(answer)), status: answer.status };
  return { status: 200, address: URL.createObjectURL(await answer.blob()) };
}

export async function sendFile(file) {
  const body = new FormData();
  body.append("file", file);
  const answer = await ask(root.dataset.uploadUrl, { headers, body });
  if (answer.status === 413) return { ok: false, message: words.tooLarge };
  const found = await bodyOf(answer);
  return { ok: answer.ok === true && Boolean(found.asset), message: found.message ?? words.serverTrouble, asset: found.asset };
}
