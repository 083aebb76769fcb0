/**
 * Previews that cameras put behind a JPEG, where EXIF or a maker's notes say: offsets from EXIF's beginning, which move
 * with what they point to. Every maker has notes of its own, so the offsets are found by what they point to.
 */

import { moved, view } from "./bytes.js";

/** @typedef {import("./bytes.js").Edit} Edit */

/**
 * @param {Uint8Array} file
 * @param {Uint8Array<ArrayBuffer>} written  the same with its edits, changed
 * @param {Edit[]} edits
 * @param {{bases: number[], scan: number}} places  where EXIF begins, once or more, and where the picture's data does
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function movePreviews(file, written, edits, { bases, scan }) {
  const starts = bases.length > 0 ? picturesBehind(file, scan) : [];
  for (const base of bases) {
    const newBase = moved(base, edits);
    for (const start of starts) {
      const offset = moved(start, edits) - newBase;
      for (const { at, little } of placesOf(file, base, start - base)) {
        view(written).setUint32(newBase + at, offset, little);
      }
    }
  }
  return written;
}

/**
 * @param {Uint8Array} file
 * @param {number} scan
 * @returns {number[]}  where JPEGs begin: a picture's own data has no such bytes
 */
function picturesBehind(file, scan) {
  const starts = [];
  for (let at = file.indexOf(0xff, scan); at >= 0; at = file.indexOf(0xff, at + 1)) {
    if (file[at + 1] === 0xd8 && file[at + 2] === 0xff) starts.push(at);
  }
  return starts;
}

/**
 * @param {Uint8Array} file
 * @param {number} base
 * @param {number} offset
 * @returns {{at: number, little: boolean}[]}  where EXIF holds it, from the base
 */
function placesOf(file, base, offset) {
  const size = view(file).getUint16(base - 8) + base - 8; // the segment's end: its length stands before its name
  const places = [];
  for (let at = 8; base + at + 4 <= Math.min(size, file.length); at += 1) {
    for (const little of [true, false]) {
      if (view(file).getUint32(base + at, little) === offset) places.push({ at, little });
    }
  }
  return places;
}
