/** IPTC's Information Interchange Model (version 4.2): Caption-Abstract and Keywords, where a photo has them. */

import { ascii, concat } from "../bytes.js";
import { Failure } from "../../lib/failure.js";
import { decode, latin1 } from "./encoding.js";

/** @typedef {{record: number, number: number, content: Uint8Array, whole: Uint8Array}} DataSet */
/** @typedef {import("./xmp.js").Words} Words */

const UTF8 = "\x1b%G"; // ISO 2022's switch to UTF-8
const LATIN = ["", "\x1b.A", "\x1b,A", "\x1b-A"];
const CAPTION = 120; // Caption-Abstract
const KEYWORD = 25;
const LONGEST_CAPTION = 2000; // bytes
const LONGEST_KEYWORD = 64; // bytes
const BINARY = [0, 125, 200, 201, 202]; // data sets of record 2 that are no text
const LONGEST = 0x7fff; // bytes whose number fits into a data set's short head

/**
 * @param {Uint8Array} block
 * @param {Words} words
 * @returns {Uint8Array}  with the words in place of the caption, and the tags behind the keywords; the same one where
 *   it has neither
 */
export function describeIptc(block, words) {
  const { sets, rest } = parse(block);
  const hasCaption = sets.some(isCaption);
  const tags = sets.some(isKeyword) ? newTags(sets, words.tags) : [];
  if (!hasCaption && tags.length === 0) return block;
  const needsUtf8 = /[^\0-\x7f]/.test([hasCaption ? words.words : "", ...tags].join(""));
  const changed = needsUtf8 && charsetOf(sets) !== UTF8 ? inUtf8(sets) : sets;
  const caption = dataSet(2, CAPTION, cut(words.words, LONGEST_CAPTION));
  const captioned = replaceAll(changed, isCaption, caption);
  const last = captioned.findLastIndex(isKeyword) + 1;
  const added = tags.map((tag) => dataSet(2, KEYWORD, encode(tag)));
  return concat(...captioned.toSpliced(last, 0, ...added).map(({ whole }) => whole), rest);
}

/**
 * @param {Uint8Array} block
 * @returns {string[]}
 */
export function keywordsIn(block) {
  const { sets } = parse(block);
  return sets.filter(isKeyword).map(({ content }) => textOf(content, sets));
}

/** @param {Uint8Array} block */
function parse(block) {
  /** @type {DataSet[]} */
  const sets = [];
  let start = 0;
  while (block[start] === 0x1c && start + 5 <= block.length) {
    const [, record, number, high, low] = block.subarray(start, start + 5);
    const digits = high & 0x80 ? ((high & 0x7f) << 8) | low : 0; // an extended data set tells its length in so many bytes
    const head = 5 + digits;
    const length = digits ? block.subarray(start + 5, start + head).reduce((sum, byte) => sum * 256 + byte, 0) : (high << 8) | low;
    const end = start + head + length;
    if (end > block.length) break;
    const whole = block.subarray(start, end);
    sets.push({ record, number, content: whole.subarray(head), whole });
    start = end;
  }
  return { sets, rest: block.subarray(start) }; // padding, or what cannot be read
}

/** @param {DataSet} set */
function isCaption({ record, number }) {
  return record === 2 && number === CAPTION;
}

/** @param {DataSet} set */
function isKeyword({ record, number }) {
  return record === 2 && number === KEYWORD;
}

/**
 * @param {DataSet[]} sets
 * @param {string[]} tags
 */
function newTags(sets, tags) {
  const known = sets.filter(isKeyword).map(({ content }) => textOf(content, sets).toLowerCase());
  return tags.filter((tag) => !known.includes(tag.toLowerCase()) && encode(tag).length <= LONGEST_KEYWORD);
}

/** @param {DataSet[]} sets */
function charsetOf(sets) {
  const declared = sets.find(({ record, number }) => record === 1 && number === 90);
  const charset = declared ? latin1(declared.content) : "";
  return /^\x1b%\/?[GHI]/.test(charset) ? UTF8 : charset; // eslint-disable-line no-control-regex
}

/**
 * @param {Uint8Array} content
 * @param {DataSet[]} sets
 */
function textOf(content, sets) {
  return charsetOf(sets) === UTF8 ? new TextDecoder().decode(content) : decode(content);
}

/**
 * @param {DataSet[]} sets  in Latin-1 or what passes for it
 * @returns {DataSet[]}  all of them in UTF-8, and saying so
 * @throws {Failure} damaged_metadata, where the encoding is not known
 */
function inUtf8(sets) {
  if (!LATIN.includes(charsetOf(sets))) throw new Failure("damaged_metadata", { status: 400 });
  const others = sets.filter(({ record, number }) => !(record === 1 && number === 90));
  const converted = others.map((set) => {
    const isText = set.record === 2 && !BINARY.includes(set.number);
    return isText && set.content.some((byte) => byte > 0x7f) ? dataSet(2, set.number, encode(decode(set.content))) : set;
  });
  const place = converted.filter(({ record, number }) => record < 1 || (record === 1 && number < 90)).length;
  return converted.toSpliced(place, 0, dataSet(1, 90, ascii(UTF8)));
}

/**
 * @param {DataSet[]} sets
 * @param {(set: DataSet) => boolean} isOld
 * @param {DataSet} replacement  for all of them, in the place of the first
 */
function replaceAll(sets, isOld, replacement) {
  const first = sets.findIndex(isOld);
  return sets.flatMap((set, i) => (i === first ? [replacement] : isOld(set) ? [] : [set]));
}

/**
 * @param {number} record
 * @param {number} number
 * @param {Uint8Array} content
 * @returns {DataSet}
 */
function dataSet(record, number, content) {
  const { length } = content;
  const size = length > LONGEST ? [0x80, 4, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff] : [length >> 8, length & 0xff];
  return { record, number, content, whole: concat([0x1c, record, number], size, content) };
}

/** @param {string} text */
function encode(text) {
  return new TextEncoder().encode(text);
}

/**
 * @param {string} text
 * @param {number} longest  bytes
 * @returns {Uint8Array}  as many whole characters as fit
 */
function cut(text, longest) {
  const bytes = new Uint8Array(longest);
  return bytes.subarray(0, new TextEncoder().encodeInto(text, bytes).written);
}
