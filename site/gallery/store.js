/**
 * The photos that were captioned in this browser, in memory and in IndexedDB. Where there is no IndexedDB (a private
 * window, a full disk) they last as long as the page. Dispatches "change".
 */

/** @typedef {import("../photo.js").Photo} Photo */

const DATABASE = "glimpse";
const PHOTOS = "photos";

class Store extends EventTarget {
  /** @type {Map<string, Photo>} */
  #photos = new Map();
  /** @type {Promise<IDBDatabase | null>} */
  #database = openDatabase().catch(() => null);

  /** @returns {Promise<Photo[]>} what earlier visits have stored */
  async load() {
    const database = await this.#database;
    if (!database) return [];
    /** @type {Photo[]} */
    const stored = await resultOf(database.transaction(PHOTOS).objectStore(PHOTOS).getAll());
    if (stored.length === 0) return [];
    const { migrated } = await import("./migration.js"); // a first visit has nothing to migrate
    const photos = stored.map(migrated);
    for (const photo of photos) this.#photos.set(photo.id, photo);
    this.#changed();
    return photos;
  }

  get photos() {
    return [...this.#photos.values()];
  }

  /** @param {Photo[]} photos  all with an id; shown only when they are written: a reload must not lose what was seen */
  async put(...photos) {
    for (const photo of photos) this.#photos.set(photo.id, photo);
    await this.#write((objects) => photos.forEach((photo) => objects.put(photo)));
    this.#changed();
  }

  /** @param {Photo} photo  written only if it is still there: it may have been deleted meanwhile */
  async update(photo) {
    if (this.#photos.get(photo.id) === photo) await this.put(photo);
  }

  /** @param {string[]} ids  shown as deleted only when they are: a reload must not bring them back */
  async remove(...ids) {
    for (const id of ids) this.#photos.delete(id);
    await this.#write((objects) => ids.forEach((id) => objects.delete(id)));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {(objects: IDBObjectStore) => void} change */
  async #write(change) {
    const database = await this.#database;
    if (!database) return;
    const transaction = database.transaction(PHOTOS, "readwrite");
    change(transaction.objectStore(PHOTOS));
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
      transaction.onabort = resolve; // a full disk: the photo stays in memory
    });
  }
}

export const store = new Store();

/** @returns {Promise<IDBDatabase>} */
async function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(PHOTOS, { keyPath: "id" });
  return resultOf(request);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function resultOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
