/** Metadata as ImageMagick and programs after its model put them into PNG's texts: a name, a length, and hexadecimal. */

import { ascii, concat, splitPrefix, startsWith } from "./bytes.js";
import { latin1 } from "./fields/encoding.js";

/** @typedef {import("./fields/description.js").Field} Field */
/** @typedef {{kind: Field["kind"], name: string, prefix: Uint8Array, content: Uint8Array}} Profile */

const EXIF = "Exif\0\0";
const XMP = "http://ns.adobe.com/xap/1.0/\0";

/** @param {string} keyword  of a text chunk */
export function isProfile(keyword) {
  return /^Raw profile type (?:xmp|exif|app1|iptc|8bim)$/i.test(keyword);
}

/**
 * @param {Uint8Array} text
 * @returns {Profile | null}  null: it holds nothing that is known here
 */
export function decodeProfile(text) {
  const [, name, hex] = /^\s*([^\n]*)\n\s*\d+\s+([\da-fA-F\s]+)\0*$/.exec(latin1(text)) ?? [];
  const bytes = Uint8Array.from(hex?.replace(/\s/g, "").match(/../g) ?? [], (digits) => parseInt(digits, 16));
  const [exif, tiff] = splitPrefix(bytes, EXIF);
  const [xmp, packet] = splitPrefix(bytes, XMP);
  if (exif.length > 0 || /^(?:II\*\0|MM\0\*)/.test(latin1(bytes.subarray(0, 4)))) {
    return { kind: "exif", name, prefix: exif, content: tiff };
  }
  if (startsWith(bytes, "8BIM")) return { kind: "resources", name, prefix: xmp, content: bytes };
  if (bytes[0] === 0x1c) return { kind: "iptc", name, prefix: xmp, content: bytes };
  if (xmp.length > 0 || name === "xmp") return { kind: "xmp", name, prefix: xmp, content: packet };
  return null;
}

/**
 * @param {Profile} profile
 * @returns {Uint8Array}
 */
export function encodeProfile({ name, prefix, content }) {
  const bytes = concat(prefix, content);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const lines = hex.match(/.{1,72}/g) ?? [];
  return ascii(`\n${name}\n${String(bytes.length).padStart(8)}\n${lines.join("\n")}\n`);
}
