/** What a person changes of a photo. Each is stored, and shown by whoever listens to the store. */

import { needsDescription } from "../photo.js";
import { store } from "./store.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @param {Photo} photo
 * @param {string | null} words  null: back to the generated alt text
 */
export function setOwn(photo, words) {
  photo.own = words;
  photo.decorative = false;
  photo.reviewed = !needsDescription(photo);
  return store.update(photo);
}

/** @param {Photo} photo */
export function toggleDecorative(photo) {
  photo.decorative = !photo.decorative;
  photo.reviewed = photo.decorative;
  return store.update(photo);
}

/**
 * @param {Photo} photo
 * @returns {boolean} whether there is anything to accept
 */
export function canAccept(photo) {
  return photo.record !== null && !needsDescription(photo);
}

/**
 * @param {Photo} photo
 * @param {boolean} reviewed
 */
export function setReviewed(photo, reviewed) {
  photo.reviewed = reviewed;
  return store.update(photo);
}

/** @param {Photo} photo  of a store that has favourites */
export function toggleFavourite(photo) {
  photo.favourite = !photo.favourite;
  return store.update(photo);
}

/**
 * @param {Photo} photo
 * @param {string[]} tags
 */
export function setTags(photo, tags) {
  photo.tags = tags;
  return store.update(photo);
}
