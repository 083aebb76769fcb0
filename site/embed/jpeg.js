/** XMP in a JPEG: an APP1 segment of its own (XMP specification part 3, section 1.1.3). */

import { Failure } from "../lib/failure.js";
import { ascii, concat, startsWith, view } from "./bytes.js";

const XMP = "http://ns.adobe.com/xap/1.0/\0";
const EXIF = "Exif\0\0";
const APP0 = 0xe0;
const APP1 = 0xe1;
const SCAN = 0xda;
const LONGEST = 0xffff; // bytes in a segment, its own length included

/** @typedef {{marker: number, start: number, end: number}} Segment  content without marker and length */

/**
 * @param {Uint8Array} file
 * @returns {Uint8Array | null} its XMP packet
 */
export function readXmp(file) {
  const segment = xmpSegment(file, segmentsOf(file));
  return segment ? file.subarray(segment.start + XMP.length, segment.end) : null;
}

/**
 * @param {Uint8Array} file
 * @param {Uint8Array} packet
 * @returns {Uint8Array<ArrayBuffer>} the same file, byte for byte, but for its XMP segment
 * @throws {Failure} no_room
 */
export function writeXmp(file, packet) {
  const segments = segmentsOf(file);
  const old = xmpSegment(file, segments);
  const length = 2 + XMP.length + packet.length;
  if (length > LONGEST) throw new Failure("no_room", { status: 400 });
  const segment = concat([0xff, APP1, length >> 8, length & 0xff], ascii(XMP), packet);
  const from = old ? old.start - 4 : afterHeader(file, segments);
  return concat(file.subarray(0, from), segment, file.subarray(old?.end ?? from));
}

/**
 * @param {Uint8Array} file
 * @param {Segment[]} segments
 */
function xmpSegment(file, segments) {
  return segments.find(({ marker, start }) => marker === APP1 && startsWith(file, XMP, start));
}

/**
 * @param {Uint8Array} file
 * @returns {Segment[]} all before the first scan
 */
function segmentsOf(file) {
  const segments = [];
  let offset = 2;
  while (offset + 4 <= file.length && file[offset] === 0xff) {
    const marker = file[offset + 1];
    if (marker === 0xff) {
      offset += 1; // a fill byte
      continue;
    }
    if (marker === SCAN) break;
    const start = offset + 4;
    const end = offset + 2 + view(file).getUint16(offset + 2);
    segments.push({ marker, start, end });
    offset = end;
  }
  return segments;
}

/**
 * Where a new segment goes: behind JFIF and Exif, which readers expect first.
 *
 * @param {Uint8Array} file
 * @param {Segment[]} segments
 */
function afterHeader(file, segments) {
  let end = 2;
  for (const { marker, start, end: next } of segments) {
    if (marker !== APP0 && !(marker === APP1 && startsWith(file, EXIF, start))) break;
    end = next;
  }
  return end;
}
