/** Which photos the list shows by where they stand, how many there are of each, and how far all of them are. */

import { isUnsure, isWaiting, needsDescription } from "../photo.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {"all" | "missing" | "unsure" | "failed" | "unreviewed" | "reviewed"} Filter */
/** @typedef {{total: number, done: number, failed: number}} Progress */

/** @type {Record<Filter, (photo: Photo) => boolean>} */
export const FILTERS = {
  all: () => true,
  missing: needsDescription,
  unsure: isUnsure,
  failed: ({ failure }) => failure !== null,
  unreviewed: ({ record, reviewed }) => record !== null && !reviewed,
  reviewed: ({ reviewed }) => reviewed,
};

/**
 * @param {Photo[]} photos
 * @returns {Record<Filter, number>}
 */
export function counts(photos) {
  const found = /** @type {Record<Filter, number>} */ (Object.fromEntries(Object.keys(FILTERS).map((name) => [name, 0])));
  const tests = /** @type {[Filter, (photo: Photo) => boolean][]} */ (Object.entries(FILTERS));
  for (const photo of photos) for (const [name, test] of tests) found[name] += Number(test(photo));
  return found;
}

/**
 * @param {Photo[]} photos
 * @returns {Progress | null} of all photos that were chosen together with one that still waits; null: none waits
 */
export function progressOf(photos) {
  const running = new Set(photos.filter(isWaiting).map(({ batch }) => batch));
  if (running.size === 0) return null;
  const together = photos.filter(({ batch }) => running.has(batch));
  const failed = together.filter(({ failure }) => failure !== null).length;
  const waiting = together.filter(isWaiting).length;
  return { total: together.length, done: together.length - waiting - failed, failed };
}
