/** Finds and sorts photos by what is known of them. */

import { altText, tagWords } from "../photo.js";

/** @typedef {import("../photo.js").Photo} Photo */
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

/** @type {WeakMap<Photo, {source: string, words: string}>} */
const searched = new WeakMap();

/**
 * @param {Photo[]} photos
 * @param {string} query  words that must all begin a word, and "phrases" of whole words: in the alt text, also the
 *   generated one, the tags or the file's name
 * @param {Order} order
 * @returns {Photo[]}
 */
export function searchPhotos(photos, query, order) {
  const wanted = terms(query);
  const matches = photos.filter((photo) => {
    const words = wordsOf(photo);
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
  const parts = [photo.name, altText(photo), photo.record?.alt_text ?? "", ...tagWords(photo)];
  const source = parts.join("\n");
  const known = searched.get(photo);
  if (known?.source === source) return known.words;
  const words = parts.map(plain).join("\n"); // no phrase reaches from one part into the next
  searched.set(photo, { source, words });
  return words;
}

/** @param {Photo} photo */
function confidence({ record }) {
  return record?.confidence ?? -1;
}

/** @param {string} text  returned as words in lower case and without accents, each between spaces */
function plain(text) {
  const words = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return ` ${words.join(" ")} `;
}
