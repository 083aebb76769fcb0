/** Which of a photo's metadata carry its description, and what becomes of each (Metadata Working Group, 2010). */

import { describeExif } from "./exif.js";
import { describeIptc, keywordsIn } from "./iptc.js";
import { describeResources, keywordsInResources } from "./photoshop.js";
import { describeExtension, describePacket } from "./xmp.js";

/** @typedef {import("./xmp.js").Words} Words */

/**
 * @typedef {object} Field  one place in a file that may carry a description
 * @property {"xmp" | "extension" | "exif" | "resources" | "iptc" | "text"} kind  extension: of an XMP packet that was
 *   too long for its place; resources: Photoshop's, with IPTC in them; text: a plain one, in UTF-8
 * @property {Uint8Array} content
 * @property {any} [place]  where a container found it; undefined: nowhere yet
 */

/**
 * @param {Field[]} fields  all that a file has
 * @param {Words} words
 * @returns {Field[]}  those that change. XMP always does; other fields only where they have a description already:
 *   programs that prefer them would go on to show the old one.
 * @throws {import("../../lib/failure.js").Failure} damaged_metadata
 */
export function describe(fields, words) {
  const keywords = fields.flatMap(keywordsOf);
  const packets = fields.some(({ kind }) => kind === "xmp") ? [] : [describePacket(null, words, keywords)];
  const changed = fields.flatMap((field) => {
    const content = described(field, words, keywords);
    return content === field.content ? [] : [{ ...field, content }];
  });
  return [...packets.map((content) => /** @type {Field} */ ({ kind: "xmp", content })), ...changed];
}

/**
 * @param {Field} field
 * @param {Words} words
 * @param {string[]} keywords
 * @returns {Uint8Array}
 */
function described({ kind, content }, words, keywords) {
  switch (kind) {
    case "xmp":
      return describePacket(content, words, keywords);
    case "extension":
      return describeExtension(content, words);
    case "exif":
      return describeExif(content, words.words);
    case "resources":
      return describeResources(content, words);
    case "iptc":
      return describeIptc(content, words);
    case "text":
      return new TextEncoder().encode(words.words);
  }
}

/** @param {Field} field */
function keywordsOf({ kind, content }) {
  if (kind === "resources") return keywordsInResources(content);
  return kind === "iptc" ? keywordsIn(content) : [];
}
