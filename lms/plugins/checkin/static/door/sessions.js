// At which session people are checked in now.

import { changed, door, serverNow } from "./state.js";

const HOUR = 3600000;

// The session that people are checked in at: the only one granted, the one chosen by hand, else the one of the hour.
export function choose() {
  const [now, all] = [serverNow().getTime(), door.sessions];
  const [starts, ends] = [(one) => Date.parse(one.starts_at), (one) => Date.parse(one.ends_at)];
  const isOpen = (one) => starts(one) - HOUR <= now && now < ends(one);
  const running = all.filter((one) => starts(one) <= now && isOpen(one)).at(-1) ?? all.find(isOpen) ?? all.find((one) => now < ends(one));
  const byHand = all.find((one) => one.id === door.chosen && now < ends(one) + 3 * HOUR);
  const told = door.isOnline ? all.find((one) => one.id === door.current) : null;
  door.session = all.find((one) => one.id === door.device?.session) ?? byHand ?? told ?? running ?? all.at(-1) ?? null;
}

export async function chooseByHand(id) {
  door.chosen = id;
  choose();
  await door.store.set("chosen", id);
  changed();
}
