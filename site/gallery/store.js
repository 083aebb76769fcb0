/**
 * The photos that were captioned in this browser, in memory and in IndexedDB. Where there is no IndexedDB (a private
 * window, a full disk) they last as long as the page. Dispatches "change".
 */

/** @typedef {import("../photo.js").Entry} Entry */

const DATABASE = "glimpse";
const STORE = "photos";

class Library extends EventTarget {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** @type {Promise<IDBDatabase | null>} */
  #database = openDatabase().catch(() => null);

  /** @returns {Promise<Entry[]>} what an earlier visit has left */
  async load() {
    const database = await this.#database;
    if (!database) return [];
    /** @type {Entry[]} */
    const kept = await settled(database.transaction(STORE).objectStore(STORE).getAll());
    for (const entry of kept) this.#entries.set(entry.id, entry);
    this.#changed();
    return kept;
  }

  get entries() {
    return [...this.#entries.values()];
  }

  /** @param {Entry[]} entries  all with an id; shown only when they are kept: a reload must not lose what was seen */
  async put(...entries) {
    for (const entry of entries) this.#entries.set(entry.id, entry);
    await this.#write((store) => entries.forEach((entry) => store.put(entry)));
    this.#changed();
  }

  /** @param {Entry} entry  written only if it is still there: someone may have deleted it meanwhile */
  async update(entry) {
    if (this.#entries.get(entry.id) === entry) await this.put(entry);
  }

  /** @param {string[]} ids  seen to go only when they are gone: a reload must not bring them back */
  async remove(...ids) {
    for (const id of ids) this.#entries.delete(id);
    await this.#write((store) => ids.forEach((id) => store.delete(id)));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {(store: IDBObjectStore) => void} change */
  async #write(change) {
    const database = await this.#database;
    if (!database) return;
    const transaction = database.transaction(STORE, "readwrite");
    change(transaction.objectStore(STORE));
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
      transaction.onabort = resolve; // a full disk: the photo stays in memory
    });
  }
}

export const library = new Library();

/** @returns {Promise<IDBDatabase>} */
async function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
  return settled(request);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
