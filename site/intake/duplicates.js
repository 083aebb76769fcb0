/** Tells whether a file is a photo that is here already. Only files of the same size are read for that. */

import { store } from "../store/store.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @param {File} file
 * @param {Photo[]} photos
 * @returns {Promise<Photo | undefined>} the photo of the same content
 */
export async function findSame(file, photos) {
  for (const photo of photos) {
    if (photo.size === file.size && (await isSame(file, photo))) return photo;
  }
}

/**
 * @param {File} file
 * @param {Photo} photo  of the same size
 */
async function isSame(file, photo) {
  const other = await store.file(photo.key);
  if (other) return equal(await bytesOf(file), await bytesOf(other));
  const sha256 = photo.record?.image?.sha256;
  if (!sha256 || !globalThis.crypto.subtle) return false; // a page without HTTPS has no digests
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await bytesOf(file)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}

/** @param {File} file  empty where it can no longer be read */
async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer(0)));
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function equal(one, other) {
  return one.length > 0 && one.length === other.length && one.every((byte, place) => byte === other[place]);
}
