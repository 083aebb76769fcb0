/** Photoshop's image resources (Adobe's file format specification), of which one is IPTC and one its digest. */

import { ascii, concat, view } from "../bytes.js";
import { latin1 } from "./encoding.js";
import { describeIptc, keywordsIn } from "./iptc.js";
import { md5 } from "./md5.js";

/** @typedef {{id: number, head: Uint8Array, content: Uint8Array, whole: Uint8Array}} Resource  head: without the size */
/** @typedef {import("./xmp.js").Words} Words */

const IPTC = 0x0404;
const IPTC_DIGEST = 0x0425; // by which programs tell whether IPTC was changed after XMP
const SIGNATURES = ["8BIM", "PHUT", "DCSR", "AgHg", "MeSa"];

/**
 * @param {Uint8Array} block  of image resources
 * @param {Words} words
 * @returns {Uint8Array}  with the words in its IPTC; the same one where that has neither caption nor keywords
 */
export function describeResources(block, words) {
  const { resources, rest } = parse(block);
  /** @type {Map<string, string>} old digests and new ones, one character a byte */
  const digests = new Map();
  const described = resources.map((resource) => {
    if (resource.id !== IPTC) return resource;
    const content = describeIptc(resource.content, words);
    if (content === resource.content) return resource;
    digests.set(latin1(md5(resource.content)), latin1(md5(content)));
    return withContent(resource, content);
  });
  if (digests.size === 0) return block;
  const changed = described.map((resource) => {
    // One that did not match says that IPTC is newer than XMP, which stays true.
    const digest = resource.id === IPTC_DIGEST ? digests.get(latin1(resource.content)) : undefined;
    return digest === undefined ? resource : withContent(resource, ascii(digest));
  });
  return concat(...changed.map(({ whole }) => whole), rest);
}

/**
 * @param {Uint8Array} block
 * @returns {string[]}
 */
export function keywordsInResources(block) {
  return parse(block).resources.filter(({ id }) => id === IPTC).flatMap(({ content }) => keywordsIn(content));
}

/** @param {Uint8Array} block */
function parse(block) {
  /** @type {Resource[]} */
  const resources = [];
  let start = 0;
  while (start + 12 <= block.length && SIGNATURES.includes(latin1(block.subarray(start, start + 4)))) {
    const name = block[start + 6] + 1; // a length and as many characters, padded to be even
    const size = start + 6 + name + (name % 2);
    if (size + 4 > block.length) break;
    const length = view(block).getUint32(size);
    const end = size + 4 + length;
    if (end > block.length) break;
    const next = Math.min(block.length, end + (length % 2));
    resources.push({
      id: view(block).getUint16(start + 4),
      head: block.subarray(start, size),
      content: block.subarray(size + 4, end),
      whole: block.subarray(start, next),
    });
    start = next;
  }
  return { resources, rest: block.subarray(start) };
}

/**
 * @param {Resource} resource
 * @param {Uint8Array} content
 * @returns {Resource}
 */
function withContent({ id, head }, content) {
  const size = new Uint8Array(4);
  view(size).setUint32(0, content.length);
  return { id, head, content, whole: concat(head, size, content, content.length % 2 ? [0] : []) };
}
