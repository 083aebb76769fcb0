/**
 * The photos of this browser: all that is known of them in memory and in IndexedDB, their pictures and files in
 * IndexedDB alone. Changes are shown when they are written: a reload must not lose what was seen. Another store, such as
 * a server's, has the same methods.
 */

import { openDatabase } from "./database.js";
import { searchPhotos } from "./search.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {import("./database.js").Change} Change */
/** @typedef {(keys: string[]) => void} Listener  told which photos were added, changed or removed */

const PAGE = 500; // rows read at once: more would hold up the page

class BrowserStore {
  #database = openDatabase();
  /** @type {Map<string, Photo>} */
  #photos = new Map();
  /** @type {Map<string, File>} as they were chosen in this visit: no more than references */
  #files = new Map();
  /** @type {Set<Listener>} */
  #listeners = new Set();
  /** @type {Map<string, Change>} of rows, for the next transaction */
  #changes = new Map();
  /** @type {Promise<boolean> | null} */
  #writing = null;

  /** @returns {Promise<Photo[]>} what earlier visits have stored, in the order it was added */
  async load() {
    const database = await this.#database;
    const stored = [];
    for (let after = ""; ; ) {
      const page = await database.page("entries", after, PAGE);
      stored.push(...page);
      if (page.length < PAGE) break;
      after = page[page.length - 1].key;
    }
    if (stored.length === 0) return [];
    const { migrated } = await import("./migration.js"); // a first visit has nothing to migrate
    const photos = stored.map(migrated).sort((one, other) => one.addedAt - other.addedAt);
    this.#photos = new Map([...photos.map((photo) => /** @type {const} */ ([photo.key, photo])), ...this.#photos]);
    this.#tell(photos.map(({ key }) => key));
    this.#sweep();
    return photos;
  }

  /** @returns {Photo[]} in the order they were added */
  list() {
    return [...this.#photos.values()];
  }

  /** @param {string} key */
  get(key) {
    return this.#photos.get(key);
  }

  /**
   * @param {string} query
   * @param {import("./search.js").Order} order
   * @returns {Promise<Photo[]>}
   */
  async search(query, order) {
    return searchPhotos(this.list(), query, order);
  }

  /**
   * @param {Listener} listener
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {Photo[]} photos  new or changed */
  async put(...photos) {
    for (const photo of photos) {
      this.#photos.set(photo.key, photo);
      this.#changes.set(photo.key, { table: "entries", key: photo.key, value: photo });
    }
    await this.#written();
    this.#tell(photos.map(({ key }) => key));
  }

  /** @param {Photo} photo  written only if it is still there: it may have been removed meanwhile */
  async update(photo) {
    if (this.#photos.get(photo.key) === photo) await this.put(photo);
  }

  /** @param {string[]} keys  of photos that `put` can bring back until they are purged or the page is reloaded */
  async remove(...keys) {
    for (const key of keys) {
      this.#photos.delete(key);
      this.#changes.set(key, { table: "entries", key });
    }
    await this.#written();
    this.#tell(keys);
  }

  /** @param {string[]} keys  of removed photos, whose pictures and files go too */
  async purge(...keys) {
    const gone = keys.filter((key) => !this.#photos.has(key));
    gone.forEach((key) => this.#files.delete(key));
    await this.#erase(gone);
  }

  /**
   * @param {string} key
   * @returns {Promise<Blob | null>} a small picture; null where the browser cannot show the file
   */
  async picture(key) {
    return (await (await this.#database).read("pictures", key)) ?? null;
  }

  /** @param {string} key @param {Blob} picture */
  async keepPicture(key, picture) {
    await (await this.#database).write([{ table: "pictures", key, value: picture }]);
  }

  /**
   * @param {string} key
   * @returns {Promise<File | null>} the photo itself, where it is still here
   */
  async file(key) {
    return this.#files.get(key) ?? (await (await this.#database).read("files", key)) ?? null;
  }

  /** @param {string} key @param {File} file  for this visit */
  hold(key, file) {
    this.#files.set(key, file);
  }

  /** @param {Photo} photo  whose file is to outlast a reload */
  async keepFile(photo) {
    const { key } = photo;
    const file = this.#files.get(key);
    if (!file || photo.kept) return;
    photo.kept = await (await this.#database).write([{ table: "files", key, value: file }]);
    await this.update(photo);
  }

  /** @param {Photo[]} photos  whose files are no longer kept */
  async dropFiles(...photos) {
    photos.forEach((photo) => (photo.kept = false));
    await (await this.#database).write(photos.map(({ key }) => ({ table: "files", key })));
    await this.put(...photos);
  }

  /** Everything that was changed since the last transaction goes into one. */
  #written() {
    this.#writing ??= (async () => {
      const database = await this.#database;
      const changes = [...this.#changes.values()];
      this.#changes.clear();
      this.#writing = null;
      return changes.length === 0 || database.write(changes);
    })();
    return this.#writing;
  }

  /** Pictures and files of photos that were removed when the last visit ended. */
  async #sweep() {
    const database = await this.#database;
    const keys = [...(await database.keys("pictures")), ...(await database.keys("files"))];
    await this.#erase(keys.filter((key) => !this.#photos.has(key)));
  }

  /** @param {string[]} keys */
  async #erase(keys) {
    if (keys.length === 0) return;
    /** @type {Change[]} */
    const changes = keys.flatMap((key) => [{ table: "pictures", key }, { table: "files", key }]);
    await (await this.#database).write(changes);
  }

  /** @param {string[]} keys */
  #tell(keys) {
    for (const listener of this.#listeners) listener(keys);
  }
}

export const store = new BrowserStore();
