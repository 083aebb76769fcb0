/** Tells whether a file is a photo that is here already. Only files of the same size are read for that. */

import { browserStore as store } from "../store/store.js";

/** @typedef {import("../photo.js").Photo} Photo */

/** @type {WeakMap<File, Promise<string>>} SHA-256 of files that were read, each once */
const digests = new WeakMap();

/**
 * @param {File} file
 * @param {Photo[]} photos
 * @returns {Promise<Photo | undefined>} the photo of the same content
 */
export async function findSame(file, photos) {
  for (const photo of photos) if (photo.size === file.size && (await isSame(file, photo))) return photo;
  return undefined;
}

/**
 * @param {File} file
 * @param {Photo} photo  of the same size
 */
async function isSame(file, photo) {
  const other = await store.file(photo.key);
  if (!globalThis.crypto.subtle) return other !== null && equal(await bytesOf(file), await bytesOf(other));
  const digest = await digestOf(file);
  return digest !== "" && digest === (other ? await digestOf(other) : photo.record?.image?.sha256);
}

/** @param {File} file  "" where it can no longer be read */
function digestOf(file) {
  const known = digests.get(file) ?? digest(file);
  digests.set(file, known);
  return known;
}

/** @param {File} file */
async function digest(file) {
  const bytes = await bytesOf(file);
  if (bytes.length === 0) return "";
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {File} file  empty where it can no longer be read */
async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer(0)));
}

/**
 * A page without HTTPS has no digests.
 *
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function equal(one, other) {
  if (one.length === 0 || one.length !== other.length) return false;
  for (let place = 0; place < one.length; place += 1) if (one[place] !== other[place]) return false;
  return true;
}
