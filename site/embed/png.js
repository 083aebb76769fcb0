/** XMP in a PNG: an iTXt chunk with a keyword of its own (XMP specification part 3, section 1.1.5). */

import { ascii, concat, startsWith, view } from "./bytes.js";

const KEYWORD = "XML:com.adobe.xmp\0";
const HEADER = 8 + 25; // signature and IHDR

/**
 * @param {Uint8Array} file
 * @returns {Promise<Uint8Array | null>} its XMP packet
 */
export async function readXmp(file) {
  const chunk = findXmp(file);
  return chunk ? packetIn(file.subarray(chunk.start + 8, chunk.end - 4)) : null;
}

/**
 * @param {Uint8Array} file
 * @param {Uint8Array} packet
 * @returns {Uint8Array<ArrayBuffer>} the same file, byte for byte, but for its XMP chunk
 */
export function writeXmp(file, packet) {
  const old = findXmp(file);
  const chunk = chunkOf("iTXt", concat(ascii(KEYWORD), [0, 0, 0, 0], packet)); // plain, no language, no translation
  return concat(file.subarray(0, old?.start ?? HEADER), chunk, file.subarray(old?.end ?? HEADER));
}

/** @param {Uint8Array} file */
function findXmp(file) {
  for (let start = 8; start + 12 <= file.length;) {
    const end = start + 12 + view(file).getUint32(start);
    if (startsWith(file, "iTXt", start + 4) && startsWith(file, KEYWORD, start + 8)) return { start, end };
    start = end;
  }
  return null;
}

/**
 * @param {Uint8Array} content  of an iTXt chunk
 * @returns {Promise<Uint8Array>}
 */
async function packetIn(content) {
  const compressed = content[KEYWORD.length] === 1;
  const language = content.indexOf(0, KEYWORD.length + 2);
  const packet = content.slice(content.indexOf(0, language + 1) + 1);
  if (!compressed) return packet;
  const plain = new Blob([packet]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
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
