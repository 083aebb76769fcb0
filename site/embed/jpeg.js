/**
 * Metadata in a JPEG: segments before the first scan. XMP (XMP specification part 3, section 1.1.3) has one of its own,
 * Exif one or more, and so has what is too long for it: extended XMP and Photoshop's resources.
 */

import { Failure } from "../lib/failure.js";
import { ascii, concat, splice, startsWith, view } from "./bytes.js";
import { endianness } from "./fields/exif.js";
import { md5 } from "./fields/md5.js";
import { latin1 } from "./fields/encoding.js";
import { movePictures } from "./mpf.js";
import { movePreviews } from "./previews.js";

/** @typedef {import("./bytes.js").Edit} Edit */
/** @typedef {import("./fields/description.js").Field} Field */
/** @typedef {{marker: number, from: number, start: number, to: number}} Segment  start: of its content */

const XMP = "http://ns.adobe.com/xap/1.0/\0";
const EXTENSION = "http://ns.adobe.com/xmp/extension/\0";
const GUID = 32; // characters: the extension's MD5, by which its packet names it
const EXIF = "Exif\0\0";
const PHOTOSHOP = "Photoshop 3.0\0";
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP13 = 0xed;
const SCAN = 0xda;
const END = 0xd9;
const LONGEST = 0xffff - 2; // bytes in a segment, without its own length

/**
 * @param {Uint8Array} file
 * @returns {Field[]}
 */
export function read(file) {
  const segments = segmentsOf(file);
  const resources = named(file, segments, APP13, PHOTOSHOP);
  return [
    ...named(file, segments, APP1, XMP).map((segment) => fieldOf("xmp", file, XMP, [segment])),
    ...extensionsOf(file, named(file, segments, APP1, EXTENSION)),
    ...exifGroups(file, named(file, segments, APP1, EXIF)).map((group) => fieldOf("exif", file, EXIF, group)),
    ...(resources.length > 0 ? [fieldOf("resources", file, PHOTOSHOP, resources)] : []),
  ];
}

/**
 * @param {Uint8Array} file
 * @param {Field[]} fields
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {Failure} no_room
 */
export function write(file, fields) {
  const segments = segmentsOf(file);
  const at = afterHeader(file, segments);
  const written = withExtensions(fields).flatMap(({ content, place }) => {
    if (!place) return [{ from: at, to: at, bytes: segmentOf(APP1, XMP, content) }];
    return replaced(place.segments, bytesOf(content, place));
  });
  const spliced = movePictures(file, splice(file, written), written, segments);
  const bases = named(file, segments, APP1, EXIF).map(({ start }) => start + EXIF.length);
  return movePreviews(file, spliced, written, { bases, scan: segments.at(-1)?.to ?? 0 });
}

/**
 * @param {Uint8Array} file
 * @param {Segment[]} segments
 * @param {number} marker
 * @param {string} name
 */
function named(file, segments, marker, name) {
  return segments.filter((segment) => segment.marker === marker && startsWith(file, name, segment.start));
}

/**
 * @param {Field["kind"]} kind
 * @param {Uint8Array} file
 * @param {string} name
 * @param {Segment[]} segments
 * @returns {Field}  their contents joined, without the name
 */
function fieldOf(kind, file, name, segments) {
  const content = concat(...segments.map(({ start, to }) => file.subarray(start + name.length, to)));
  const mayGrow = kind === "resources" || segments.length > 1;
  return { kind, content, place: { marker: segments[0].marker, name, segments, mayGrow } };
}

/**
 * Exif that is too long for a segment goes on in the next, which has no TIFF header.
 *
 * @param {Uint8Array} file
 * @param {Segment[]} segments
 */
function exifGroups(file, segments) {
  /** @type {Segment[][]} */
  const groups = [];
  for (const segment of segments) {
    const begins = endianness(file.subarray(segment.start + EXIF.length, segment.to)) !== null;
    if (begins || groups.length === 0) groups.push([segment]);
    else groups[groups.length - 1].push(segment);
  }
  return groups;
}

/**
 * @param {Uint8Array} file
 * @param {Segment[]} segments
 * @returns {Field[]}  those that are complete; anything else no program can read
 */
function extensionsOf(file, segments) {
  const head = EXTENSION.length + GUID;
  /** @type {Map<string, Segment[]>} */
  const parts = new Map();
  for (const segment of segments.filter(({ start, to }) => to - start >= head + 8)) {
    const guid = latin1(file.subarray(segment.start + EXTENSION.length, segment.start + head));
    parts.set(guid, [...(parts.get(guid) ?? []), segment]);
  }
  return [...parts].flatMap(([guid, segments]) => {
    const offset = (/** @type {Segment} */ { start }) => view(file).getUint32(start + head + 4);
    const sorted = segments.toSorted((one, other) => offset(one) - offset(other));
    const content = concat(...sorted.map(({ start, to }) => file.subarray(start + head + 8, to)));
    const isComplete = latin1(hexOf(md5(content))) === guid.toUpperCase();
    return isComplete ? [{ kind: "extension", content, place: { guid, segments } }] : [];
  });
}

/**
 * @param {Field[]} fields
 * @returns {Field[]}  with packets that name the extensions as they are now
 */
function withExtensions(fields) {
  const extensions = fields.filter(({ kind }) => kind === "extension");
  return fields.map((field) => {
    if (field.kind !== "xmp") return field;
    let text = latin1(field.content);
    for (const { content, place } of extensions) text = text.replaceAll(place.guid, latin1(hexOf(md5(content))));
    return { ...field, content: ascii(text) };
  });
}

/** @param {Uint8Array} bytes */
function hexOf(bytes) {
  return ascii(Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase());
}

/**
 * @param {Uint8Array} content
 * @param {any} place
 * @returns {Uint8Array}  its segments
 */
function bytesOf(content, { guid, marker, name, mayGrow }) {
  if (guid) return extensionSegments(content);
  const room = LONGEST - name.length;
  if (!mayGrow || content.length <= room) return segmentOf(marker, name, content);
  return concat(...pieces(content, room).map((piece) => segmentOf(marker, name, piece)));
}

/** @param {Uint8Array} content */
function extensionSegments(content) {
  const room = LONGEST - EXTENSION.length - GUID - 8;
  const guid = hexOf(md5(content));
  return concat(
    ...pieces(content, room).map((piece, i) => {
      const numbers = new Uint8Array(8);
      view(numbers).setUint32(0, content.length);
      view(numbers).setUint32(4, i * room);
      return segmentOf(APP1, EXTENSION, concat(guid, numbers, piece));
    }),
  );
}

/**
 * @param {Uint8Array} content
 * @param {number} room
 */
function pieces(content, room) {
  return Array.from({ length: Math.ceil(content.length / room) }, (_, i) => content.subarray(i * room, (i + 1) * room));
}

/**
 * @param {number} marker
 * @param {string} name
 * @param {Uint8Array} content
 */
function segmentOf(marker, name, content) {
  const length = name.length + content.length;
  if (length > LONGEST) throw new Failure("no_room", { status: 400 });
  return concat([0xff, marker, (length + 2) >> 8, (length + 2) & 0xff], ascii(name), content);
}

/**
 * @param {Segment[]} segments  in whose first place the bytes come; the others go
 * @param {Uint8Array} bytes
 * @returns {Edit[]}
 */
function replaced(segments, bytes) {
  return segments.map(({ from, to }, i) => ({ from, to, bytes: i === 0 ? bytes : new Uint8Array(0) }));
}

/**
 * @param {Uint8Array} file
 * @returns {Segment[]} all before the first scan
 * @throws {Failure} damaged_metadata, where that is not reached
 */
function segmentsOf(file) {
  const segments = [];
  let from = 2;
  while (from + 2 <= file.length) {
    const marker = file[from + 1];
    if (file[from] === 0xff && (marker === SCAN || marker === END)) return segments;
    if (file[from] !== 0xff || marker === 0xff || marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      from += 1; // a fill byte, or one that does not belong here
      continue;
    }
    const start = from + 4;
    const to = start > file.length ? start : from + 2 + view(file).getUint16(from + 2);
    if (to < start || to > file.length) break;
    segments.push({ marker, from, start, to });
    from = to;
  }
  throw new Failure("damaged_metadata", { status: 400 });
}

/**
 * Where a new segment goes: behind JFIF and Exif, which readers expect first.
 *
 * @param {Uint8Array} file
 * @param {Segment[]} segments
 */
function afterHeader(file, segments) {
  let end = 2;
  for (const { marker, start, to } of segments) {
    if (marker !== APP0 && !(marker === APP1 && startsWith(file, EXIF, start))) break;
    end = to;
  }
  return end;
}
