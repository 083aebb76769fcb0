/** Tells whether a file is a photo that is here already. Only files of the same size are read for that. */

import { browserStore as store } from "../store/store.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @param {File} file
 * @param {Photo[]} photos
 * @returns {Promise<Photo | undefined>} the photo of the same content
 */
export async function findSame(file, photos) {
  const candidates = photos.filter(({ size }) => size === file.size);
  if (candidates.length === 0) return undefined;
  const bytes = await bytesOf(file);
  for (const photo of candidates) if (await isSame(bytes, photo)) return photo;
  return undefined;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Photo} photo  of the same size
 */
async function isSame(bytes, photo) {
  const other = await store.file(photo.key);
  if (other) return equal(bytes, await bytesOf(other));
  const sha256 = photo.record?.image?.sha256;
  if (!sha256 || !globalThis.crypto.subtle) return false; // a page without HTTPS has no digests
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
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
  if (one.length === 0 || one.length !== other.length) return false;
  for (let place = 0; place < one.length; place += 1) if (one[place] !== other[place]) return false;
  return true;
}
