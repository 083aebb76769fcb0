/**
 * Metadata in a PNG: chunks before IEND. XMP is an iTXt chunk with a keyword of its own (XMP specification part 3,
 * section 1.1.5), Exif has a chunk eXIf, and older programs write both and IPTC as text in hexadecimal.
 */

import { Failure } from "../lib/failure.js";
import { ascii, concat, splice, splitPrefix, view } from "./bytes.js";
import { latin1 } from "./fields/encoding.js";
import { decodeProfile, encodeProfile, isProfile } from "./raw_profile.js";
import { decodeText, encodeText, keywordOf } from "./text_chunk.js";

/** @typedef {import("./fields/description.js").Field} Field */
/** @typedef {{type: string, start: number, end: number, content: Uint8Array}} Chunk */

const XMP = "XML:com.adobe.xmp";
const DESCRIPTION = "Description"; // as the PNG specification names it
const EXIF_PREFIX = "Exif\0\0"; // JPEG's, which does not belong here and which some programs write

/**
 * @param {Uint8Array} file
 * @returns {Promise<Field[]>}
 */
export async function read(file) {
  const fields = await Promise.all(chunksOf(file).map(fieldOf));
  return fields.filter((field) => field !== null);
}

/**
 * @param {Uint8Array} file
 * @param {Field[]} fields
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function write(file, fields) {
  const edits = await Promise.all(
    fields.map(async ({ content, place }) => {
      if (place) return { from: place.start, to: place.end, bytes: await place.encode(content) };
      const header = chunksOf(file).find(({ type }) => type === "IHDR");
      if (!header) throw new Failure("damaged_metadata", { status: 400 });
      const text = { type: "iTXt", keyword: XMP, compressed: false, languages: "\0\0", bytes: content };
      return { from: header.end, to: header.end, bytes: chunkOf("iTXt", await encodeText(text)) };
    }),
  );
  return splice(file, edits);
}

/**
 * @param {Uint8Array} file
 * @returns {Chunk[]}  all before IEND: what follows is no part of the picture
 */
function chunksOf(file) {
  /** @type {Chunk[]} */
  const chunks = [];
  for (let start = 8; start + 12 <= file.length; start = chunks[chunks.length - 1].end) {
    const length = view(file).getUint32(start);
    const type = latin1(file.subarray(start + 4, start + 8));
    const end = start + 12 + length;
    if (type === "IEND" || end > file.length) break;
    chunks.push({ type, start, end, content: file.subarray(start + 8, end - 4) });
  }
  return chunks;
}

/**
 * @param {Chunk} chunk
 * @returns {Promise<Field | null>}
 */
async function fieldOf(chunk) {
  const { type, start, end, content } = chunk;
  if (type === "eXIf") {
    const [prefix, tiff] = splitPrefix(content, EXIF_PREFIX);
    const encode = (/** @type {Uint8Array} */ tiff) => chunkOf("eXIf", concat(prefix, tiff));
    return { kind: "exif", content: tiff, place: { start, end, encode } };
  }
  const keyword = ["tEXt", "zTXt", "iTXt"].includes(type) ? keywordOf(content) : "";
  if (![XMP, DESCRIPTION].includes(keyword) && !isProfile(keyword)) return null;
  const text = await decodeText(type, content);
  const encode = async (/** @type {Uint8Array} */ bytes) => {
    const changed = { ...text, bytes };
    return chunkOf(text.type, await encodeText(changed));
  };
  if (keyword === XMP) return { kind: "xmp", content: text.bytes, place: { start, end, encode } };
  if (keyword === DESCRIPTION) return { kind: "text", content: text.bytes, place: { start, end, encode: encodeDescription } };
  return profileField(text.bytes, { start, end, encode });

  /** @param {Uint8Array} words  UTF-8, which only iTXt can hold */
  async function encodeDescription(words) {
    const isAscii = words.every((byte) => byte < 0x80);
    const changed = isAscii ? { ...text, bytes: words } : { ...text, type: "iTXt", languages: text.languages || "\0\0", bytes: words };
    return chunkOf(changed.type, await encodeText(changed));
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {{start: number, end: number, encode: (bytes: Uint8Array) => Promise<Uint8Array>}} place
 * @returns {Field | null}
 */
function profileField(bytes, { start, end, encode }) {
  const profile = decodeProfile(bytes);
  if (!profile) return null;
  const { kind, content } = profile;
  return { kind, content, place: { start, end, encode: (/** @type {Uint8Array} */ content) => encode(encodeProfile({ ...profile, content })) } };
}

/**
 * @param {string} type
 * @param {Uint8Array} content
 */
function chunkOf(type, content) {
  const chunk = concat([0, 0, 0, 0], ascii(type), content, [0, 0, 0, 0]);
  view(chunk).setUint32(0, content.length);
  view(chunk).setUint32(chunk.length - 4, crc32(chunk.subarray(4, -4)));
  return chunk;
}

/** @param {Uint8Array} bytes  as in ISO 3309, which PNG follows */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
