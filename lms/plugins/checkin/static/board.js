// The live board: asks every two seconds whether anything changed, and rests while nobody looks.
// Without this file the page shows the state of the moment it was opened.

const board = document.querySelector("[data-board]");
const live = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");
const PAUSE = 1600;
const LONGEST_PAUSE = 15000;
let tag = board.dataset.tag;
let pause = PAUSE;
let timer;

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(board.dataset.board, {
      headers: { "If-None-Match": `"${tag}"` },
      signal: AbortSignal.timeout(10000),
    });
    if (answer.redirected || (answer.status !== 200 && answer.status !== 304)) throw new Error(answer.status);
    if (answer.status === 200) show(await answer.text());
    tag = (answer.headers.get("ETag") ?? tag).replace(/^W\/|"/g, "");
    tell(answer.headers.get("Board-Time"));
    pause = PAUSE;
  } catch {
    lost.hidden = false;
    live.hidden = true;
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
  timer = setTimeout(ask, pause);
}

// Whoever moves through the board by keyboard stays where they were.
function show(html) {
  const place = board.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  board.innerHTML = html;
  if (place) board.querySelector(`a[href="${CSS.escape(place)}"]`)?.focus({ preventScroll: true });
}

function tell(time) {
  lost.hidden = true;
  live.hidden = false;
  if (time) live.textContent = live.dataset.live.replace("{time}", time);
}

document.addEventListener("visibilitychange", ask);
timer = setTimeout(ask, PAUSE);
