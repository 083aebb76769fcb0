/**
 * Photos that earlier versions of the page stored, brought to today's. Before version 0.2 a record had no certainty,
 * language or places of words: the alt text alone told, and tags could be plain words. Version 0.2 knew no drafts,
 * failures or reviews. Nothing else may read those; a photo of today passes unchanged.
 */

import { newPhoto } from "../../photo.js";

/** @typedef {import("../../photo.js").Photo} Photo */
/** @typedef {import("../../photo.js").CaptionRecord} CaptionRecord */
/** @typedef {import("../../photo.js").Certainty} Certainty */

const NO_DESCRIPTION = "No description: the model cannot tell what this shows.";
const HEDGE = "Possibly ";

/**
 * @param {Photo} photo  as it was stored
 * @returns {Photo}
 */
export function migrated(photo) {
  const complete = photo.batch === undefined ? { ...newPhoto(photo.name), ...photo, batch: photo.addedAt } : photo;
  if (complete.record === null || complete.record.certainty !== undefined) return complete;
  return { ...complete, record: withCertainty(complete.record) };
}

/**
 * @param {any} record  of an earlier version
 * @returns {CaptionRecord}
 */
function withCertainty(record) {
  const certainty = certaintyOf(record.alt_text);
  const tags = record.tags.map((/** @type {any} */ tag) =>
    typeof tag === "string" ? { word: tag, probability: null } : tag);
  const alt_text = certainty === "none" ? "" : record.alt_text;
  const alternatives = certainty === "none" ? [] : record.alternatives;
  return { ...record, certainty, language: "en", alt_text, alternatives, tags, words: placed(record.words, alt_text) };
}

/**
 * @param {string} altText
 * @returns {Certainty}
 */
function certaintyOf(altText) {
  if (altText === NO_DESCRIPTION) return "none";
  return altText.startsWith(HEDGE) ? "possible" : "likely";
}

/**
 * @param {any[]} words  in the order of the caption
 * @param {string} altText
 * @returns {import("../../photo.js").Word[]}  with their places in the alt text; null where a word is not in it
 */
function placed(words, altText) {
  const lowered = altText.toLowerCase();
  let from = altText.startsWith(HEDGE) ? HEDGE.length : 0;
  return words.map((word) => {
    const start = lowered.indexOf(word.word, from);
    if (start < 0) return { ...word, start: null, end: null };
    from = start + word.word.length;
    return { ...word, start, end: from };
  });
}
