/** Finds and sorts photos by what is known of them. */

import { altText, tags } from "../photo.js";

/** @typedef {import("../photo.js").Entry} Entry */
/** @typedef {"newest" | "oldest" | "name" | "surest" | "unsurest"} Order */

/** @type {Record<Order, (one: Entry, other: Entry) => number>} */
const ORDERS = {
  newest: (one, other) => other.addedAt - one.addedAt,
  oldest: (one, other) => one.addedAt - other.addedAt,
  name: (one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }),
  surest: (one, other) => confidence(other) - confidence(one),
  unsurest: (one, other) => confidence(one) - confidence(other),
};

/**
 * @param {Entry[]} entries
 * @param {string} query  words that must all occur: in the captions, the tags or the file's name
 * @param {Order} order
 * @returns {Entry[]}
 */
export function found(entries, query, order) {
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  const matches = entries.filter((entry) => {
    const words = plain([entry.name, altText(entry), entry.record?.caption, ...tags(entry)].join(" "));
    return wanted.every((word) => words.includes(word));
  });
  return matches.sort(ORDERS[order]);
}

/** @param {Entry} entry */
function confidence({ record }) {
  return record?.confidence ?? -1;
}

/** @param {string} words  without case or accents */
function plain(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
