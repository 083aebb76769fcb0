/** EXIF's ImageDescription (Exif 3.0, section 4.6.4), in the TIFF structure that JPEG, PNG and WebP carry. */

import { concat, view } from "../bytes.js";

const IMAGE_DESCRIPTION = 0x010e;
const ENTRY = 12; // bytes
const SIZES = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]; // bytes of one value, by type

/** @typedef {{tag: number, at: number, start: number, length: number}} Entry  start, length: of its value */

/**
 * @param {Uint8Array} tiff
 * @param {string} words
 * @returns {Uint8Array}  with the words in place of the description; the same one where it has none. All other values
 *   stay where they are: maker's notes may point to them.
 */
export function describeExif(tiff, words) {
  const entries = entriesOf(tiff);
  const entry = entries.find(({ tag }) => tag === IMAGE_DESCRIPTION);
  if (!entry) return tiff;
  const value = concat(new TextEncoder().encode(words), [0]);
  const shared = entries.some((other) => other !== entry && overlap(other, entry));
  const written = shared ? tiff.slice() : wiped(tiff, entry);
  if (value.length <= 4) return withValue(written, entry, entry.at + 8, value);
  const inPlace = !shared && entry.length > 4 && value.length <= entry.length;
  if (inPlace) return withValue(written, entry, entry.start, value);
  const end = tiff.length + (tiff.length % 2); // values begin at even offsets
  return withValue(concat(written, new Uint8Array(end - tiff.length + value.length)), entry, end, value);
}

/**
 * @param {Uint8Array} tiff
 * @returns {boolean | null}  whether its numbers are little-endian; null: it is no TIFF structure
 */
export function endianness(tiff) {
  if (tiff.length < 8) return null;
  const little = tiff[0] === 0x49 && tiff[1] === 0x49;
  if (!little && !(tiff[0] === 0x4d && tiff[1] === 0x4d)) return null;
  return view(tiff).getUint16(2, little) === 42 ? little : null;
}

/**
 * @param {Uint8Array} tiff
 * @returns {Entry[]}  of the first directory
 */
export function entriesOf(tiff) {
  const little = endianness(tiff);
  if (little === null) return [];
  const data = view(tiff);
  const start = data.getUint32(4, little);
  if (start + 2 > tiff.length) return [];
  const count = Math.min(data.getUint16(start, little), Math.floor((tiff.length - start - 2) / ENTRY));
  return Array.from({ length: count }, (_, i) => entryAt(data, start + 2 + ENTRY * i, little));
}

/**
 * @param {DataView} data
 * @param {number} at
 * @param {boolean} little
 * @returns {Entry}
 */
function entryAt(data, at, little) {
  const length = (SIZES[data.getUint16(at + 2, little)] ?? 1) * data.getUint32(at + 4, little);
  const start = length > 4 ? data.getUint32(at + 8, little) : at + 8;
  return { tag: data.getUint16(at, little), at, start, length };
}

/**
 * @param {Entry} one
 * @param {Entry} other
 */
function overlap(one, other) {
  return one.start < other.start + other.length && other.start < one.start + one.length;
}

/**
 * @param {Uint8Array} tiff
 * @param {Entry} entry
 * @returns {Uint8Array<ArrayBuffer>}  without the entry's old value
 */
function wiped(tiff, { start, length }) {
  const written = tiff.slice();
  return written.fill(0, start, start + length);
}

/**
 * @param {Uint8Array<ArrayBuffer>} tiff  changed
 * @param {Entry} entry
 * @param {number} start
 * @param {Uint8Array} value  ASCII's type, which the Metadata Working Group fills with UTF-8
 */
function withValue(tiff, { at }, start, value) {
  const little = endianness(tiff) ?? false;
  const data = view(tiff);
  data.setUint16(at + 2, 2, little);
  data.setUint32(at + 4, value.length, little);
  data.setUint32(at + 8, value.length > 4 ? start : 0, little);
  tiff.set(value, start);
  return tiff;
}
