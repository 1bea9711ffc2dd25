// The public keys that statements are checked with: those the page brought, or newer ones fetched since. A key that is
// not used any more stays: what it signed is still genuine.

const PLACE = "lms-certificate-keys";
const PATIENCE = 5000; // ms

export class Keys {
  constructor(root) {
    this.url = root.dataset.keysUrl;
    this.known = [JSON.parse(root.dataset.keys), kept()].filter(isKeys).sort((one, other) => (one.at < other.at ? 1 : -1))[0];
  }

  get all() { return this.known.keys; }

  get at() { return this.known.at; }

  // Whether there is a network, and whether it brought keys.
  async refresh() {
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(PATIENCE) });
      const fresh = answer.ok ? await answer.json() : null;
      if (!isKeys(fresh)) return false;
      this.known = fresh;
      localStorage.setItem(PLACE, JSON.stringify(fresh));
      return true;
    } catch {
      return false;
    }
  }
}

const isKeys = (value) => typeof value?.at === "string" && Array.isArray(value.keys);

function kept() {
  try {
    return JSON.parse(localStorage.getItem(PLACE));
  } catch {
    return null;
  }
}
