/** Metadata in a WebP: chunks, and a flag for each in the extended header (RFC 9649, section 2.7). */

import { Failure } from "../lib/failure.js";
import { ascii, concat, splitPrefix, view } from "./bytes.js";

/** @typedef {import("./fields/description.js").Field} Field */
/** @typedef {{type: string, content: Uint8Array}} Chunk */

const XMP_FLAG = 0x04;
const ALPHA_FLAG = 0x10;
const XMP = "XMP ";
const EXIF = "EXIF";
const EXTENDED = "VP8X";
const BITSTREAMS = ["VP8 ", "VP8L"];
const EXIF_PREFIX = "Exif\0\0"; // JPEG's, which does not belong here and which many programs write

/**
 * @param {Uint8Array} file
 * @returns {Field[]}
 */
export function read(file) {
  return chunksOf(file).chunks.flatMap(fieldsOf);
}

/**
 * @param {Chunk} chunk
 * @param {number} index
 * @returns {Field[]}
 */
function fieldsOf({ type, content }, index) {
  if (type === XMP) return [{ kind: "xmp", content, place: { index, prefix: [] } }];
  if (type !== EXIF) return [];
  const [prefix, tiff] = splitPrefix(content, EXIF_PREFIX);
  return [{ kind: "exif", content: tiff, place: { index, prefix } }];
}

/**
 * @param {Uint8Array} file
 * @param {Field[]} fields
 * @returns {Uint8Array<ArrayBuffer>} the same chunks, byte for byte, but for these and the extended header
 * @throws {Failure} damaged_metadata
 */
export function write(file, fields) {
  const { chunks, rest } = chunksOf(file);
  const changed = chunks.map((chunk, index) => {
    const field = fields.find(({ place }) => place?.index === index);
    return field ? { ...chunk, content: concat(field.place.prefix, field.content) } : chunk;
  });
  const added = fields.filter(({ place }) => !place).map(({ content }) => ({ type: XMP, content }));
  const [first, others] = withExtendedHeader([...changed, ...added]);
  const body = concat(ascii("WEBP"), ...[first, ...others].map(bytesOf));
  const head = concat(ascii("RIFF"), [0, 0, 0, 0]);
  view(head).setUint32(4, body.length, true);
  return concat(head, body, rest);
}

/**
 * @param {Uint8Array} file
 * @returns {{chunks: Chunk[], rest: Uint8Array}}  rest: what stands behind the end that RIFF's own size gives
 */
function chunksOf(file) {
  /** @type {Chunk[]} */
  const chunks = [];
  const riffEnd = Math.min(file.length, 8 + view(file).getUint32(4, true));
  let start = 12;
  while (start + 8 <= file.length) {
    const size = view(file).getUint32(start + 4, true);
    const end = Math.min(file.length, start + 8 + size);
    const type = String.fromCharCode(...file.subarray(start, start + 4));
    if (start + 8 > riffEnd && ![XMP, EXIF].includes(type)) break; // these were appended by who forgot RIFF's size
    chunks.push({ type, content: file.subarray(start + 8, end) });
    start = end + (size % 2);
  }
  return { chunks, rest: file.subarray(Math.max(start, riffEnd)) };
}

/**
 * @param {Chunk[]} chunks
 * @returns {[Chunk, Chunk[]]}
 */
function withExtendedHeader(chunks) {
  const old = chunks.find(({ type }) => type === EXTENDED);
  const content = old ? old.content.slice() : newHeader(chunks);
  content[0] |= XMP_FLAG;
  return [{ type: EXTENDED, content }, chunks.filter((chunk) => chunk !== old)];
}

/**
 * For a simple file, which is one bitstream and no more.
 *
 * @param {Chunk[]} chunks
 */
function newHeader(chunks) {
  const bitstream = chunks.find(({ type }) => BITSTREAMS.includes(type));
  if (!bitstream || bitstream.content.length < 10) throw new Failure("damaged_metadata", { status: 400 });
  const { type, content } = bitstream;
  const lossless = type === "VP8L";
  const bits = lossless ? view(content).getUint32(1, true) : view(content).getUint32(6, true);
  const [width, height] = lossless ? [bits & 0x3fff, (bits >>> 14) & 0x3fff] : sidesOf(bits);
  const header = new Uint8Array(10);
  if (lossless && bits & (1 << 28)) header[0] |= ALPHA_FLAG;
  writeUint24(header, 4, width);
  writeUint24(header, 7, height);
  return header;
}

/**
 * @param {number} bits  two fields of 16, of which 2 are for scaling
 * @returns {[number, number]} both less one, as the extended header has them
 */
function sidesOf(bits) {
  return [(bits & 0x3fff) - 1, ((bits >>> 16) & 0x3fff) - 1];
}

/**
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @param {number} value
 */
function writeUint24(bytes, offset, value) {
  bytes.set([value & 0xff, (value >> 8) & 0xff, value >> 16], offset);
}

/** @param {Chunk} chunk */
function bytesOf({ type, content }) {
  const chunk = concat(ascii(type), [0, 0, 0, 0], content, content.length % 2 ? [0] : []);
  view(chunk).setUint32(4, content.length, true);
  return chunk;
}
