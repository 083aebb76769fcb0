/** The Multi-Picture Format (CIPA DC-007): more pictures behind a JPEG, found by offsets, which move with them. */

import { moved, startsWith, view } from "./bytes.js";
import { endianness, entriesOf } from "./fields/exif.js";

/** @typedef {import("./bytes.js").Edit} Edit */

const APP2 = 0xe2;
const NAME = "MPF\0";
const ENTRIES = 0xb002;
const ENTRY = 16; // bytes: attributes, size, offset, and two numbers of other pictures

/**
 * @param {Uint8Array} file
 * @param {Uint8Array<ArrayBuffer>} written  the same with its edits, changed
 * @param {Edit[]} edits
 * @param {{marker: number, start: number, to: number}[]} segments  of the file
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function movePictures(file, written, edits, segments) {
  for (const { marker, start, to } of segments) {
    if (marker !== APP2 || !startsWith(file, NAME, start)) continue;
    const base = start + NAME.length; // offsets count from here
    for (const at of picturesIn(file.subarray(base, to))) movePicture(file, written, edits, base, at);
  }
  return written;
}

/**
 * @param {Uint8Array} tiff
 * @returns {number[]}  where its pictures' entries begin
 */
function picturesIn(tiff) {
  const list = entriesOf(tiff).find(({ tag, start, length }) => tag === ENTRIES && start + length <= tiff.length);
  return Array.from({ length: Math.floor((list?.length ?? 0) / ENTRY) }, (_, i) => (list?.start ?? 0) + ENTRY * i);
}

/**
 * @param {Uint8Array} file
 * @param {Uint8Array<ArrayBuffer>} written
 * @param {Edit[]} edits
 * @param {number} base
 * @param {number} at  of the entry, from the base
 */
function movePicture(file, written, edits, base, at) {
  const little = endianness(file.subarray(base)) ?? false;
  const size = view(file).getUint32(base + at + 4, little);
  const offset = view(file).getUint32(base + at + 8, little);
  const picture = offset === 0 ? 0 : base + offset; // 0: the first one, which begins the file
  const newBase = moved(base, edits);
  const newPicture = moved(picture, edits);
  view(written).setUint32(newBase + at + 4, moved(picture + size, edits) - newPicture, little);
  if (offset !== 0) view(written).setUint32(newBase + at + 8, newPicture - newBase, little);
}
