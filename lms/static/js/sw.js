// Keeps the pages whose answers say so (lms/kernel/offline.py) and the static files they need; nothing else.
// Never a POST, never /api/: those requests are not even looked at.

const [KEPT, SHELL, FILES] = ["lms-kept", "lms-shell", "lms-files"]; // of a person; of nobody; styles, scripts, pictures
const PLACE = { keep: KEPT, shell: SHELL };
const OFFLINE = "/offline";
const PATIENCE = 4000; // a hall's network is often there but dead: a kept page is shown after this many ms
const MOST_FILES = 240;
const LOOSELY = { ignoreVary: true }; // answers vary by cookie, which the cache cannot see

const isFile = ({ pathname }) => /^\/(static|[a-z]+\/s)\//.test(pathname);
// The address changes with the content.
const isExact = ({ pathname, searchParams }) => searchParams.has("v") || /[/-][0-9a-f]{12}[./]/.test(pathname);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepAgain(OFFLINE).catch(() => {})); // without it a page that was not kept shows the browser's own
});

self.addEventListener("activate", (event) => {
  const preload = self.registration.navigationPreload?.enable(); // the network need not wait until this file runs
  event.waitUntil(Promise.all([preload, self.clients.claim()]));
});

self.addEventListener("message", (event) => {
  const url = new URL(event.data?.keep ?? "", location.origin);
  if (event.data?.keep && url.origin === location.origin) event.waitUntil(keepAgain(url.pathname + url.search).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (isFile(url) && !event.request.headers.has("range")) event.respondWith(file(event, url));
});

async function keepAgain(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) await note(address, answer);
}

// Network first; the kept copy without one, or when the server is in trouble.
async function page(event) {
  const { request } = event;
  const kept = await caches.match(request, LOOSELY);
  const network = ask(event);
  event.waitUntil(network.catch(() => {}));
  try {
    const answer = await (kept ? Promise.race([network, new Promise((done) => { setTimeout(done, PATIENCE); })]) : network);
    if (answer && !(kept && answer.status >= 500)) return answer;
  } catch { /* no signal */ }
  const typing = request.url.replace(/(\/h)\/\d+\/\w+$/, "$1"); // a venue code scanned now: the page for typing keeps it
  return kept ?? (await caches.match(typing, LOOSELY)) ?? (await caches.match(OFFLINE, LOOSELY)) ?? Response.error();
}

async function ask(event) {
  const answer = (await event.preloadResponse) ?? (await fetch(event.request));
  const isKept = PLACE[answer.headers.get("Lms-Offline")];
  const noted = note(event.request.url.replace(/#.*/, ""), isKept ? answer.clone() : answer);
  event.waitUntil(noted.catch(() => {})); // a full phone keeps nothing more, and the page is shown all the same
  return answer;
}

// What the answer says about keeping: the latest word counts, so a page that is gone is not shown any more.
async function note(address, answer) {
  const word = answer.headers.get("Lms-Offline");
  if (word === "forget") await caches.delete(KEPT);
  if (answer.status >= 500) return;
  if (!PLACE[word] || !answer.ok) {
    await Promise.all([KEPT, SHELL].map(async (name) => (await caches.open(name)).delete(address, LOOSELY)));
    return;
  }
  const text = await answer.clone().text();
  await (await caches.open(PLACE[word])).put(address, answer);
  await keepFiles([...text.matchAll(/(?:href|src)="([^"#]+)/g)].map((match) => new URL(match[1], location.origin)));
}

async function keepFiles(urls) {
  const files = await caches.open(FILES);
  const wanted = new Set(urls.filter((url) => url.origin === location.origin && isFile(url)).map((url) => url.href));
  await Promise.all([...wanted].map(async (url) => {
    if (!(await files.match(url, LOOSELY))) await files.add(url).catch(() => {});
  }));
  const all = await files.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST_FILES)).map((old) => files.delete(old)));
}

// An exact address never changes: the cache first. Another one: the network first.
async function file({ request }, url) {
  const kept = await caches.match(request, LOOSELY);
  if (kept && isExact(url)) return kept;
  try {
    const answer = await fetch(request);
    if (answer.status === 200 && (isExact(url) || kept)) await (await caches.open(FILES)).put(request, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
