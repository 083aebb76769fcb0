/**
 * The photos of a folder that `glimpse serve` shows. What is known of them is in the folder's index; the page holds the
 * ids that answer a question, and the photos themselves once they come near to being seen.
 */

import { newPhoto } from "../photo.js";
import { counts } from "./filters.js";
import { changePhoto, findIds, readOriginal, readPhotos, readProgress, readShelves, readThumbnail } from "../server/photos.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {import("../server/photos.js").Listed} Listed */
/** @typedef {import("../server/photos.js").Found} Found */
/** @typedef {import("./filters.js").Filter} Filter */
/** @typedef {import("../server/photos.js").Changes} Changes */
/** @typedef {{question: string, photos: Photo[], places: Map<string, number>}} Answer  places: by the photos' keys */
/** @typedef {Pick<Photo, "own" | "tags" | "decorative" | "reviewed" | "favourite">} Edits  what a person changes of a photo */

const AHEAD = 100; // photos that are read at once: what is seen, and what comes next
const PAUSE = 2_000; // ms between two questions how far the server is
const DRAFTS = "glimpse-drafts"; // in localStorage, by the records' ids

export class CollectionStore {
  /** @type {Map<string, Photo>} by id; those that were never near have no name yet */
  #photos = new Map();
  /** @type {Map<string, Edits>} what the index has, of photos that were read */
  #known = new Map();
  /** @type {Set<(keys: string[]) => void>} */
  #listeners = new Set();
  /** @type {Set<string>} keys of photos that may have changed since they were read */
  #stale = new Set();
  /** @type {Answer} the latest one; its question is empty once it may no longer hold */
  #answer = { question: "", photos: [], places: new Map() };
  /** @type {Promise<unknown>} */
  #reading = Promise.resolve();
  /** @type {Promise<unknown>} */
  #writing = Promise.resolve();
  #onFailure;
  offers = { favourites: true, alike: true };
  /** @type {import("../server/photos.js").Shelves | null} */
  shelves = null;
  /** @type {import("../server/photos.js").State | null} */
  state = null;
  /** @type {Pick<Found, "suggestions" | "fewer">} of the latest question */
  hints = { suggestions: [], fewer: [] };

  /** @param {(error: unknown) => void} onFailure  told when the server does not take or give something */
  constructor(onFailure) {
    this.#onFailure = onFailure;
  }

  /** Reads what stands beside the list, and goes on asking how far the server is. */
  async load() {
    await this.#refresh();
    setInterval(() => this.#watch(), PAUSE);
  }

  list() {
    return [...this.#photos.values()];
  }

  /** @param {string} key */
  get(key) {
    return this.#photos.get(key);
  }

  /**
   * @param {string} query
   * @param {string} sort
   * @param {Filter} filter
   * @param {Photo} [kept]  stays though it no longer is what the filter asks for
   * @returns {Promise<Photo[]>}
   */
  async search(query, sort, filter, kept) {
    const question = JSON.stringify([query, sort, filter]);
    const before = this.#answer;
    if (before.question === question) return before.photos;
    const found = await findIds({ q: withPrefix(query), sort, filter });
    this.hints = found;
    const photos = found.ids.map((id) => this.#photos.get(id) ?? this.#create(id));
    if (kept && !photos.includes(kept)) photos.splice(Math.max(0, before.photos.indexOf(kept)), 0, kept);
    this.#answer = { question, photos, places: new Map(photos.map(({ key }, place) => [key, place])) };
    await this.#read(photos.slice(0, AHEAD));
    return photos;
  }

  async counts() {
    return { ...counts([]), ...this.shelves?.filters };
  }

  progress() {
    const { waiting = 0, done = 0, failed = 0 } = this.state ?? {};
    return waiting > 0 ? { total: waiting + done + failed, done, failed } : null;
  }

  /** @param {Photo[]} photos @returns {Promise<Photo[]>} the same, each with all that is known of it */
  async whole(photos) {
    for (let start = 0; start < photos.length; start += AHEAD) await this.#read(photos.slice(start, start + AHEAD));
    return photos;
  }

  /** @param {(keys: string[]) => void} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {Photo} photo  whose words, tags and marks go into the index */
  update(photo) {
    if (photo.record) keepDraft(photo.record.id, photo.draft);
    if (Object.keys(this.#changes(photo)).length === 0) this.#tell([photo.key]);
    else this.#writing = this.#writing.then(() => this.#write(photo)).catch((error) => this.#restore(photo, error));
    return this.#writing.then(() => {});
  }

  /** @param {Photo} photo @returns {Promise<import("../photo.js").CaptionRecord | null>} */
  async fullRecord({ record }) {
    return record;
  }

  /** To be called when the photos are worded otherwise. */
  reword() {
    this.#tell([...this.#photos.keys()]);
  }

  /** @param {string} key @returns {Promise<Blob | null>} */
  async picture(key) {
    this.#readFrom(key);
    return readThumbnail(key).catch(() => null);
  }

  /** @param {string} key @returns {Promise<File | null>} */
  async file(key) {
    const photo = this.#photos.get(key);
    if (!photo) return null;
    const file = await readOriginal(key, photo.name).catch(() => null);
    const isOther = file?.type === "image/jpeg" && !/\.jpe?g$|\.jfif$/i.test(photo.name);
    return file && isOther ? new File([file], `${photo.name}.jpg`, { type: file.type }) : file;
  }

  /** @param {string} key  in view: it and those that follow are read, unless they have been */
  #readFrom(key) {
    const { photos, places } = this.#answer;
    const place = places.get(key) ?? -1;
    const isRead = () => place < 0 || this.#known.has(photos[Math.min(place + AHEAD / 2, photos.length - 1)].key);
    if (isRead()) return;
    this.#reading = this.#reading.then(async () => {
      if (!isRead()) this.#tell(await this.#read(photos.slice(place, place + AHEAD)));
    }).catch(this.#onFailure);
  }

  /** @param {Photo[]} photos @returns {Promise<string[]>} the keys of those that had not been read */
  async #read(photos) {
    const keys = photos.map(({ key }) => key).filter((key) => !this.#known.has(key) || this.#stale.has(key));
    if (keys.length > 0) (await readPhotos(keys)).forEach((listed) => this.#fill(listed));
    return keys;
  }

  /** @param {string} key */
  #create(key) {
    const photo = { ...newPhoto(""), key };
    this.#photos.set(key, photo);
    return photo;
  }

  /** @param {Listed} listed @param {Edits} [sent]  what was changed after that stays as it is */
  #fill(listed, sent) {
    const photo = this.#photos.get(listed.id) ?? this.#create(listed.id);
    const { record, name, bytes: size, tags, decorative, reviewed, favourite } = listed;
    const own = listed.own_text || listed.found_text || null;
    const edits = { own, tags, decorative, reviewed, favourite };
    for (const [edit, value] of Object.entries(edits)) {
      const known = /** @type {any} */ (sent ?? this.#known.get(listed.id));
      if (!known || isSame(/** @type {any} */ (photo)[edit], known[edit])) Object.assign(photo, { [edit]: value });
    }
    Object.assign(photo, { name, size, addedAt: Date.parse(record?.created_at ?? "") || 0 });
    photo.record = record?.status === "captioned" ? record : null;
    photo.failure = record?.error ? { message: record.error.message, retry: "pointless" } : null;
    photo.draft ??= record ? (drafts()[record.id] ?? null) : null;
    this.#known.set(listed.id, edits);
    this.#stale.delete(listed.id);
  }

  /** @param {Photo} photo @returns {Changes} */
  #changes(photo) {
    const known = this.#known.get(photo.key);
    return known ? differences(photo, known) : {};
  }

  /** @param {Photo} photo */
  async #write(photo) {
    const changes = this.#changes(photo);
    if (Object.keys(changes).length === 0) return;
    const { own, tags, decorative, reviewed, favourite } = photo;
    this.#fill(await changePhoto(photo.key, changes), { own, tags, decorative, reviewed, favourite });
    this.#answer = { ...this.#answer, question: "" };
    this.#tell([photo.key]);
    this.#refresh().catch(this.#onFailure);
  }

  /**
   * @param {Photo} photo  that could not be changed: words that were written go back into the editor
   * @param {unknown} error
   */
  #restore(photo, error) {
    const known = this.#known.get(photo.key);
    if (photo.own !== known?.own) photo.draft ??= photo.own;
    Object.assign(photo, known);
    this.#tell([photo.key]);
    this.#onFailure(error);
  }

  async #refresh() {
    this.shelves = await readShelves();
    this.#tell([]);
  }

  /** Asks how far the server is, and reads again what may have changed. */
  async #watch() {
    if (document.hidden) return;
    const before = this.state;
    try {
      this.state = await readProgress();
      if (before?.changes === this.state.changes && before.waiting === this.state.waiting) return;
      this.#stale = new Set(this.#known.keys());
      const keys = await this.#read(this.#answer.photos.slice(0, AHEAD));
      this.#answer = { ...this.#answer, question: "" };
      this.shelves = await readShelves();
      this.#tell(keys);
    } catch (error) {
      if (before) this.#onFailure(error); // once, not every two seconds
      this.state = null;
    }
  }

  /** @param {string[]} keys */
  #tell(keys) {
    for (const listener of this.#listeners) listener(keys);
  }
}

/**
 * @param {string} query  as far as it has been typed: its last word may go on
 * @returns {string}
 */
function withPrefix(query) {
  return /(^|\s)-?[\p{L}\p{N}]{2,}$/u.test(query) ? `${query}*` : query;
}

/** @param {Edits} photo @param {Edits} known @returns {Changes}  as the server calls them */
function differences(photo, known) {
  return {
    ...(photo.own !== known.own && { alt_text: photo.own ?? "" }),
    ...(!isSame(photo.tags, known.tags) && { tags: photo.tags ?? [] }),
    ...(photo.decorative !== known.decorative && { decorative: photo.decorative }),
    ...(photo.reviewed !== known.reviewed && { reviewed: photo.reviewed }),
    ...(photo.favourite !== known.favourite && { favourite: photo.favourite }),
  };
}

/** @param {unknown} one @param {unknown} other */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** @returns {Record<string, string>} what stands in open editors, by the record's id */
function drafts() {
  try {
    return JSON.parse(localStorage.getItem(DRAFTS) ?? "{}");
  } catch {
    return {}; // a browser that keeps nothing
  }
}

/** @param {string} id @param {string | null} draft */
function keepDraft(id, draft) {
  const kept = drafts();
  if ((kept[id] ?? null) === draft) return;
  if (draft === null) delete kept[id];
  else kept[id] = draft;
  try {
    localStorage.setItem(DRAFTS, JSON.stringify(kept));
  } catch {
    return; // it lasts as long as the page
  }
}
