/** What is known of one photo, and what its words come to: the caption, its words, the alt text to publish. */

/** @typedef {import("./server/api.js").CaptionRecord} CaptionRecord */

/**
 * @typedef {object} Entry
 * @property {string} id  the server's, and the only key to the caption there; empty until the photo has arrived
 * @property {string} captionUrl
 * @property {string} name  of the file; never leaves the browser
 * @property {number} addedAt  ms since 1970
 * @property {Blob | null} thumbnail  null where the browser cannot show the file
 * @property {CaptionRecord | null} record  null while it is waited for
 * @property {string | null} own  the alt text as someone wrote it by hand
 * @property {boolean} decorative  the photo says nothing that its surroundings do not
 */

let latest = 0;

/**
 * @param {string} name
 * @returns {Entry}  added later than any before it, so that photos chosen together keep their order
 */
export function newEntry(name) {
  const addedAt = (latest = Math.max(Date.now(), latest + 1));
  return { id: "", captionUrl: "", name, addedAt, thumbnail: null, record: null, own: null, decorative: false };
}

/**
 * What a page that shows the photo should say in its place.
 *
 * @param {Entry} entry
 */
export function altText({ own, decorative, record }) {
  if (decorative) return "";
  return own ?? record?.alt_text ?? "";
}

/** @param {Entry} entry  as HTML, ready to paste */
export function asHtml(entry) {
  return `<img src="${escaped(entry.name)}" alt="${escaped(altText(entry))}">`;
}

/** @param {Entry} entry  as Markdown, ready to paste */
export function asMarkdown(entry) {
  const alt = altText(entry).replace(/[\\[\]`*_<]/g, "\\$&").replace(/\s+/g, " ");
  return `![${alt}](${encodeURIComponent(entry.name)})`;
}

/** @param {string} words */
function escaped(words) {
  return words.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * @param {Entry} entry
 * @returns {string[]} most certain first
 */
export function tags({ record }) {
  return (record?.tags ?? []).map((tag) => (typeof tag === "string" ? tag : tag.word));
}

/** @typedef {"high" | "fair" | "low" | "unknown"} Sureness */

/**
 * @param {number | null | undefined} confidence  0 to 1
 * @returns {Sureness}
 */
export function sureness(confidence) {
  if (confidence === null || confidence === undefined) return "unknown";
  if (confidence >= 0.5) return "high"; // where the alt text stops hedging
  return confidence >= 0.25 ? "fair" : "low";
}

/**
 * Whether the model found words that it stands by: its alt text is then its caption, as a sentence.
 *
 * @param {CaptionRecord} record
 */
export function isDescribed({ alt_text, caption }) {
  return alt_text.toLowerCase().includes(caption.toLowerCase());
}
