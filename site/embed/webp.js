/** XMP in a WebP: a chunk at the end, and a flag in the extended header (RFC 9649, section 2.7). */

import { ascii, concat, view } from "./bytes.js";

const XMP_FLAG = 0x04;
const ALPHA_FLAG = 0x10;

/** @typedef {{type: string, whole: Uint8Array, content: Uint8Array}} Chunk  whole: with header and padding */

/**
 * @param {Uint8Array} file
 * @returns {Uint8Array | null} its XMP packet
 */
export function readXmp(file) {
  return chunksOf(file).find(({ type }) => type === "XMP ")?.content ?? null;
}

/**
 * @param {Uint8Array} file
 * @param {Uint8Array} packet
 * @returns {Uint8Array<ArrayBuffer>} the same chunks, byte for byte, but for XMP and the extended header
 */
export function writeXmp(file, packet) {
  const chunks = chunksOf(file);
  const kept = chunks.filter(({ type }) => type !== "XMP " && type !== "VP8X").map(({ whole }) => whole);
  const body = concat(ascii("WEBP"), extendedHeader(chunks), ...kept, chunkOf("XMP ", packet));
  const head = concat(ascii("RIFF"), [0, 0, 0, 0]);
  view(head).setUint32(4, body.length, true);
  return concat(head, body);
}

/** @param {Uint8Array} file */
function chunksOf(file) {
  /** @type {Chunk[]} */
  const chunks = [];
  for (let start = 12; start + 8 <= file.length;) {
    const size = view(file).getUint32(start + 4, true);
    const end = Math.min(file.length, start + 8 + size + (size % 2));
    const type = String.fromCharCode(...file.subarray(start, start + 4));
    chunks.push({ type, whole: file.subarray(start, end), content: file.subarray(start + 8, start + 8 + size) });
    start = end;
  }
  return chunks;
}

/** @param {Chunk[]} chunks */
function extendedHeader(chunks) {
  const old = chunks.find(({ type }) => type === "VP8X");
  const content = old ? old.content.slice() : newHeader(chunks[0]);
  content[0] |= XMP_FLAG;
  return chunkOf("VP8X", content);
}

/**
 * For a simple file, which is one bitstream and no more.
 *
 * @param {Chunk} bitstream
 */
function newHeader({ type, content }) {
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

/**
 * @param {string} type
 * @param {Uint8Array} content
 */
function chunkOf(type, content) {
  const chunk = concat(ascii(type), [0, 0, 0, 0], content, content.length % 2 ? [0] : []);
  view(chunk).setUint32(4, content.length, true);
  return chunk;
}
