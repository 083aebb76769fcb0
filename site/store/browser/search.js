/** Finds and sorts photos by what is known of them. */

import { altText, generatedAltText, tagWords } from "../../photo.js";

/** @typedef {import("../../photo.js").Photo} Photo */
/** @typedef {"newest" | "oldest" | "name" | "most-certain" | "least-certain"} Order */

const collator = new Intl.Collator(undefined, { numeric: true });

/** @type {Record<Order, (one: Photo, other: Photo) => number>} */
const ORDERS = {
  // The latest that were chosen come first, and photos that were chosen together stay as they were chosen.
  newest: (one, other) => other.batch - one.batch || one.addedAt - other.addedAt,
  oldest: (one, other) => one.addedAt - other.addedAt,
  name: (one, other) => collator.compare(one.name, other.name),
  "most-certain": (one, other) => confidence(other) - confidence(one),
  "least-certain": (one, other) => confidence(one) - confidence(other),
};

/** @type {WeakMap<Photo, string>} what is searched of each: its parts in plain words, a line each */
const searched = new WeakMap();

/** @param {Photo[]} photos  that are new or have changed */
export function prepareSearch(photos) {
  for (const photo of photos) searched.set(photo, wordsOf(photo));
}

/**
 * @param {Photo[]} photos
 * @param {string} query  words that must all begin a word, and "phrases" of whole words: in the alt text, also the
 *   generated one, the tags or the file's name
 * @param {Order} order
 * @returns {Photo[]}
 */
export function searchPhotos(photos, query, order) {
  const wanted = terms(query);
  prepareSearch(photos.filter((photo) => !searched.has(photo)));
  const matches = photos.filter((photo) => {
    const words = searched.get(photo) ?? "";
    return wanted.every((term) => words.includes(term));
  });
  return matches.sort(ORDERS[order]);
}

/**
 * @param {string} query
 * @returns {string[]} each with a space before it, a phrase also with one behind it
 */
function terms(query) {
  const found = query.replace(/[“”„«»]/g, '"').matchAll(/"([^"]*)"|[^\s"]+/g);
  return [...found].map(([term, phrase]) => (phrase === undefined ? plain(term).trimEnd() : plain(phrase)))
    .filter((term) => term.trim() !== "");
}

/** @param {Photo} photo */
function wordsOf(photo) {
  const parts = new Set([photo.name, altText(photo), generatedAltText(photo), ...tagWords(photo)]);
  return [...parts].map(plain).join("\n"); // no phrase reaches from one part into the next
}

/** @param {Photo} photo */
function confidence({ record }) {
  return record?.confidence ?? -1;
}

/** @param {string} text  returned as words in lower case and without accents, each between spaces */
function plain(text) {
  const letters = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return ` ${letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}
