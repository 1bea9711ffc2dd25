// The projector screen: fetches the next code when this one ends, and keeps counting without a signal.
const root = document.querySelector("[data-screen]");
const find = (name) => document.querySelector(`[data-${name}]`);
let ends = Date.now() + Number(root.dataset.seconds) * 1000;

async function refresh() {
  try {
    const answer = await fetch(root.dataset.screen, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const next = await answer.json();
    find("code").textContent = next.code;
    find("qr").innerHTML = next.qr;
    find("present").textContent = next.present;
    find("expected").textContent = next.expected;
    ends = Date.now() + next.seconds * 1000;
    const ring = document.querySelector(".ring-time");
    ring.replaceWith(ring.cloneNode(true));
  } catch {
    ends = Date.now() + 3000;
  }
}

setInterval(() => {
  const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  find("left").textContent = left;
  if (left === 0) { ends = Infinity; refresh(); }
}, 500);
setInterval(refresh, 10000);
