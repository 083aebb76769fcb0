/** Finds and sorts photos by what is known of them. */

import { altText, tagWords } from "../photo.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {"newest" | "oldest" | "name" | "most-certain" | "least-certain"} Order */

/** @type {Record<Order, (one: Photo, other: Photo) => number>} */
const ORDERS = {
  newest: (one, other) => other.addedAt - one.addedAt,
  oldest: (one, other) => one.addedAt - other.addedAt,
  name: (one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }),
  "most-certain": (one, other) => confidence(other) - confidence(one),
  "least-certain": (one, other) => confidence(one) - confidence(other),
};

/**
 * @param {Photo[]} photos
 * @param {string} query  words that must all occur: in the alt text, also the generated one, the tags or the file's name
 * @param {Order} order
 * @returns {Photo[]}
 */
export function searchPhotos(photos, query, order) {
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  const matches = photos.filter((photo) => {
    const searched = plain([photo.name, altText(photo), photo.record?.alt_text, ...tagWords(photo)].join(" "));
    return wanted.every((word) => searched.includes(word));
  });
  return matches.sort(ORDERS[order]);
}

/** @param {Photo} photo */
function confidence({ record }) {
  return record?.confidence ?? -1;
}

/** @param {string} words  returned without case and accents */
function plain(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
