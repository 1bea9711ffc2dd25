// The server's time on a screen whose own clock may be wrong, also after a reload without internet.

const KEPT = "lms-screen-offset"; // milliseconds to add to this screen's clock
const WRONG = 30_000; // from here on the screen says so

let offset = read();

function read() {
  const kept = Number.parseFloat(localStorage.getItem(KEPT));
  return Number.isFinite(kept) ? kept : null;
}

// What the server said when it made the page; only good for a page that comes from the server now.
export function begin(pageTime) {
  offset ??= pageTime - Date.now();
}

// `serverTime` arrived with an answer to a request that was sent at `sent` by this screen's clock.
export function learn(serverTime, sent) {
  offset = serverTime - (sent + Date.now()) / 2;
  localStorage.setItem(KEPT, String(offset));
}

export const now = () => Date.now() + offset;

// Minutes that this screen is wrong (more than none: it is ahead), or 0 when it is right enough.
export const wrongBy = () => (Math.abs(offset) < WRONG ? 0 : Math.round(-offset / 6000) / 10);
