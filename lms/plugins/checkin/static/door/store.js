// What must outlive a reload and a dead battery, in IndexedDB: the grant, the roster, the queue and who was seen.

const NAME = "lokakarya-pintu";

export class Store {
  static async open(library) {
    const { openDB, deleteDB } = await import(library);
    const store = new Store();
    store.remove = () => deleteDB(NAME);
    store.db = await openDB(NAME, 1, {
      upgrade(db) {
        db.createObjectStore("facts"); // token, device, sessions, roster, choices
        db.createObjectStore("queue", { keyPath: "id" }).createIndex("at", "at");
        db.createObjectStore("seen"); // "<session>:<direction>:<enrolment>" -> time
      },
      blocking: (_old, _new, event) => event.target.close(),
    });
    return store;
  }

  get(name) { return this.db.get("facts", name); }
  set(name, value) { return this.db.put("facts", value, name); }

  // The queue, oldest first. `stuck` items wait for a person, not for the signal.
  items() { return this.db.getAllFromIndex("queue", "at"); }
  item(id) { return this.db.get("queue", id); }
  put(item) { return this.db.put("queue", item); }
  drop(id) { return this.db.delete("queue", id); }

  // The server may have these from now on: they can be taken back there only.
  async markTried(items) {
    const { store, done } = this.db.transaction("queue", "readwrite");
    for (const { id } of items) {
      const kept = await store.get(id);
      if (kept && !kept.tried) await store.put({ ...kept, tried: true });
    }
    await done;
  }

  // Removed only while nobody has begun to send it; true when it is gone.
  async withdraw(id) {
    const { store, done } = this.db.transaction("queue", "readwrite");
    const kept = await store.get(id);
    const isFree = Boolean(kept) && !kept.tried;
    if (isFree) await store.delete(id);
    await done;
    return isFree;
  }

  seenAt(key) { return this.db.get("seen", key); }
  see(key, at) { return this.db.put("seen", at, key); }
  unsee(key) { return this.db.delete("seen", key); }

  // Names go, what was scanned stays until it is sent.
  async forgetPeople() {
    await this.db.delete("facts", "roster");
    await this.db.clear("seen");
  }

  async wipe() {
    this.db.close();
    await this.remove();
  }
}
