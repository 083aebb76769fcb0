/**
 * The photos of this browser: all that is known of them in memory and in IndexedDB, their pictures and files in
 * IndexedDB alone. Changes are shown when they are written: a reload must not lose what was seen.
 *
 * `store` is what the page shows: this browser's photos, or those of a folder (collection.js), which have the same
 * methods where the list and the card use them.
 */

import { join, split } from "./browser/attention.js";
import { openDatabase } from "./browser/database.js";
import { counts, FILTERS, progressOf } from "./filters.js";
import { prepareSearch, searchPhotos } from "./browser/search.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {import("../photo.js").CaptionRecord} CaptionRecord */
/** @typedef {import("./browser/database.js").Change} Change */
/** @typedef {import("./filters.js").Filter} Filter */
/** @typedef {(keys: string[]) => void} Listener  told which photos were added, changed or removed */
/** @typedef {Pick<BrowserStore, "list" | "get" | "search" | "counts" | "progress" | "whole" | "subscribe" | "update" |
 *                               "picture" | "file" | "fullRecord" | "reword" | "offers">} Store */

/** @type {import("./browser/database.js").Table[]} what is stored of a photo beside its entry */
const PARTS = ["attention", "pictures", "files"];
const PORTION = 500; // rows read at once: more would hold up the page

class BrowserStore {
  /** @type {Promise<import("./browser/database.js").Database> | undefined} */
  #opened;
  /** @type {Map<string, Photo>} */
  #photos = new Map();
  /** @type {Map<string, File>} as they were chosen in this visit: no more than references */
  #files = new Map();
  /** @type {Map<string, Promise<Blob | null>>} those that are being made, or cannot be */
  #pictures = new Map();
  /** @type {Set<Listener>} */
  #listeners = new Set();
  /** @type {Map<string, Change>} by table and key, for the next transaction */
  #changes = new Map();
  /** @type {Promise<boolean> | null} */
  #writing = null;
  /** What an index alone has: marks of favourites that can be searched for, and photos that are like one. */
  offers = { favourites: false, alike: false };

  /** Opened by the first that needs it: the page of a folder has no use for it. */
  get #database() {
    return (this.#opened ??= openDatabase());
  }

  /**
   * Reads what earlier visits have stored, the latest first and a part at a time: the list can be drawn after the first.
   *
   * @param {() => void} [onFound]  told as soon as it is known that there is something
   * @returns {Promise<Photo[]>} all of it, in the order it was added
   */
  async load(onFound = () => {}) {
    const database = await this.#database;
    const keys = await database.keys("entries");
    if (keys.length === 0) return [];
    onFound();
    const { migrated } = await import("./browser/migration.js"); // a first visit has nothing to migrate
    for (let end = keys.length; end > 0; end -= PORTION) {
      const rows = await database.rows("entries", keys[Math.max(0, end - PORTION)], keys[end - 1]);
      this.#adopt(rows.map(migrated));
    }
    this.#sweep();
    return this.list();
  }

  /** @param {Photo[]} photos  of an earlier visit */
  #adopt(photos) {
    const known = [...photos, ...this.#photos.values()].sort((one, other) => one.addedAt - other.addedAt);
    this.#photos = new Map(known.map((photo) => [photo.key, photo]));
    prepareSearch(photos);
    this.#tell(photos.map(({ key }) => key));
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
   * @param {import("./browser/search.js").Order} order
   * @param {Filter} filter
   * @param {Photo} [kept]  stays though it no longer is what the filter asks for
   * @returns {Promise<Photo[]>}
   */
  async search(query, order, filter, kept) {
    return searchPhotos(this.list(), query, order).filter((photo) => photo === kept || FILTERS[filter](photo));
  }

  /** @returns {Promise<Record<Filter, number>>} */
  async counts() {
    return counts(this.list());
  }

  /** @returns {import("./filters.js").Progress | null} */
  progress() {
    return progressOf(this.list());
  }

  /**
   * @param {Photo[]} photos
   * @returns {Promise<Photo[]>} the same, each with all that is known of it
   */
  async whole(photos) {
    return photos;
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
      this.#change({ table: "entries", key: photo.key, value: photo });
    }
    prepareSearch(photos);
    await this.#written();
    this.#tell(photos.map(({ key }) => key));
  }

  /** @param {Photo} photo  written only if it is still there: it may have been removed meanwhile */
  async update(photo) {
    if (this.#photos.get(photo.key) === photo) await this.put(photo);
  }

  /**
   * @param {Photo} photo
   * @param {CaptionRecord} record  as the server wrote it
   */
  async setRecord(photo, record) {
    const { record: said, attention } = split(record);
    photo.record = said;
    if (this.#photos.get(photo.key) === photo) this.#change({ table: "attention", key: photo.key, value: attention });
    await this.update(photo);
  }

  /**
   * @param {Photo} photo
   * @returns {Promise<CaptionRecord | null>}  as the server wrote it, with the attention of each word
   */
  async fullRecord({ key, record }) {
    return record && join(record, await (await this.#database).read("attention", key));
  }

  /** @param {string[]} keys  of photos that `put` can bring back until they are purged or the page is reloaded */
  async remove(...keys) {
    for (const key of keys) {
      this.#photos.delete(key);
      this.#change({ table: "entries", key });
    }
    await this.#written();
    this.#tell(keys);
  }

  /** @param {string[]} keys  of removed photos, whose pictures, files and attention go too */
  async purge(...keys) {
    const gone = keys.filter((key) => !this.#photos.has(key));
    for (const key of gone) {
      this.#files.delete(key);
      this.#pictures.delete(key);
    }
    await this.#erase(gone);
  }

  /**
   * @param {string} key
   * @returns {Promise<Blob | null>} a small picture, made when it is first wanted; null where the browser cannot show the
   *   file, or no longer has it
   */
  async picture(key) {
    const stored = await (await this.#database).read("pictures", key);
    if (stored) return stored;
    if (!this.#pictures.has(key)) this.#pictures.set(key, this.#makePicture(key));
    return this.#pictures.get(key) ?? null;
  }

  /** @param {string} key */
  async #makePicture(key) {
    const file = await this.file(key);
    if (!file) return null;
    const { createThumbnail } = await import("./browser/thumbnail.js"); // a first visit has no pictures
    const picture = await createThumbnail(file);
    if (!picture || !this.#photos.has(key)) return null;
    await (await this.#database).write([{ table: "pictures", key, value: picture }]);
    this.#pictures.delete(key);
    return picture;
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
    this.#pictures.delete(key);
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

  /** To be called when the photos are worded otherwise: nothing of what is stored has changed. */
  reword() {
    prepareSearch(this.list());
    this.#tell([...this.#photos.keys()]);
  }

  /** @param {Change} change */
  #change(change) {
    this.#changes.set(`${change.table} ${change.key}`, change);
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

  /** What is left of photos that were removed when the last visit ended. */
  async #sweep() {
    const database = await this.#database;
    const keys = await Promise.all(PARTS.map((table) => database.keys(table)));
    await this.#erase(keys.flat().filter((key) => !this.#photos.has(key)));
  }

  /** @param {string[]} keys */
  async #erase(keys) {
    if (keys.length === 0) return;
    /** @type {Change[]} */
    const changes = keys.flatMap((key) => PARTS.map((table) => ({ table, key })));
    await (await this.#database).write(changes);
  }

  /** @param {string[]} keys */
  #tell(keys) {
    for (const listener of this.#listeners) listener(keys);
  }
}

export const browserStore = new BrowserStore();
/** @type {Store} */
export let store = browserStore;

/** @param {Store} other  shown from now on; nothing may have been shown yet */
export function useStore(other) {
  store = other;
}
