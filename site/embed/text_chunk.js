/** PNG's three kinds of text chunk (PNG specification, section 11.3.3): tEXt, zTXt, iTXt. */

import { Failure } from "../lib/failure.js";
import { ascii, concat } from "./bytes.js";
import { latin1 } from "./fields/encoding.js";

/**
 * @typedef {object} Text
 * @property {string} type
 * @property {string} keyword
 * @property {boolean} compressed
 * @property {string} languages  iTXt's language tag and translated keyword, one character a byte, each ended by a NUL
 * @property {Uint8Array} bytes  of the text itself
 */

/** @param {Uint8Array} content  of a text chunk */
export function keywordOf(content) {
  const end = content.subarray(0, 80).indexOf(0);
  return latin1(content.subarray(0, Math.max(end, 0)));
}

/**
 * @param {string} type
 * @param {Uint8Array} content
 * @returns {Promise<Text>}
 * @throws {Failure} damaged_metadata
 */
export async function decodeText(type, content) {
  const keyword = keywordOf(content);
  const start = keyword.length + 1;
  if (type === "tEXt") return { type, keyword, compressed: false, languages: "", bytes: content.subarray(start) };
  if (type === "zTXt") {
    return { type, keyword, compressed: true, languages: "", bytes: await inflate(content.subarray(start + 1)) };
  }
  const compressed = content[start] === 1;
  const end = content.indexOf(0, content.indexOf(0, start + 2) + 1) + 1;
  const bytes = content.subarray(end);
  const languages = latin1(content.subarray(start + 2, end));
  return { type, keyword, compressed, languages, bytes: compressed ? await inflate(bytes) : bytes };
}

/**
 * @param {Text} text
 * @returns {Promise<Uint8Array>}  the chunk's content
 */
export async function encodeText({ type, keyword, compressed, languages, bytes }) {
  const stored = compressed ? await streamed(bytes, new CompressionStream("deflate")) : bytes;
  if (type === "tEXt") return concat(ascii(`${keyword}\0`), stored);
  if (type === "zTXt") return concat(ascii(`${keyword}\0\0`), stored);
  return concat(ascii(`${keyword}\0`), [compressed ? 1 : 0, 0], ascii(languages), stored);
}

/** @param {Uint8Array} bytes */
async function inflate(bytes) {
  try {
    return await streamed(bytes, new DecompressionStream("deflate"));
  } catch (cause) {
    throw new Failure("damaged_metadata", { status: 400, cause });
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {CompressionStream | DecompressionStream} stream
 */
async function streamed(bytes, stream) {
  const through = new Blob([bytes.slice()]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(through).arrayBuffer());
}
