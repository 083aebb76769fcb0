/**
 * One photo: the record that the server wrote of it, and what a person has added. Imports nothing.
 *
 * Whether a caption may be published is decided by the server and stands in the record as `certainty`.
 */

/** @typedef {"likely" | "possible" | "none"} Certainty  none: alt_text is empty, a person has to write one */
/** @typedef {{caption: string, confidence: number | null}} Alternative */
/** @typedef {{word: string, probability: number | null}} Tag  null: from a model that gave none */

/**
 * @typedef {object} Word  of the caption
 * @property {string} word
 * @property {number | null} start  in alt_text, in characters; null where the word does not stand there
 * @property {number | null} end  exclusive
 * @property {number} probability  0 to 1
 * @property {string} attention  14×14 bytes in base64, row by row
 */

/**
 * @typedef {object} CaptionRecord
 * @property {string} id
 * @property {"captioned"} status
 * @property {string} caption  as the model wrote it, also where certainty is none
 * @property {number | null} confidence  0 to 1; null: from a model that gave none
 * @property {Certainty} certainty
 * @property {string} alt_text  ready to publish
 * @property {string} language  of the alt text, as in HTML's lang
 * @property {Alternative[]} alternatives
 * @property {Word[]} words
 * @property {Tag[]} tags  most probable first
 * @property {string} created_at
 */

/**
 * @typedef {object} Photo
 * @property {string} id  the server's, and the only key to the record there; empty until the photo is uploaded
 * @property {string} captionUrl
 * @property {string} name  of the file; never leaves the browser
 * @property {number} addedAt  ms since 1970
 * @property {Blob | null} thumbnail  null where the browser cannot show the file
 * @property {CaptionRecord | null} record  null until there is a caption
 * @property {string | null} own  the alt text as a person wrote it
 * @property {boolean} decorative  the photo needs no alt text
 */

let latest = 0;

/**
 * @param {string} name
 * @returns {Photo}  added later than any before it, so that photos chosen together keep their order
 */
export function newPhoto(name) {
  const addedAt = (latest = Math.max(Date.now(), latest + 1));
  return { id: "", captionUrl: "", name, addedAt, thumbnail: null, record: null, own: null, decorative: false };
}

/**
 * @param {Photo} photo
 * @returns {string}  what to publish in the photo's place; empty where it is decorative or has no description
 */
export function altText({ own, decorative, record }) {
  if (decorative) return "";
  return own ?? record?.alt_text ?? "";
}

/**
 * @param {Photo} photo
 * @returns {boolean}  whether a person has to write the alt text: until then there is none to publish
 */
export function needsDescription({ own, decorative, record }) {
  return record?.certainty === "none" && own === null && !decorative;
}

/**
 * @param {Photo} photo
 * @returns {string[]}  most probable first
 */
export function tagWords({ record }) {
  return (record?.tags ?? []).map(({ word }) => word);
}
