/** A photo with its alt text, as HTML and as Markdown, ready to paste. */

import { altText } from "../photo.js";

/** @typedef {import("../photo.js").Photo} Photo */

/** @param {Photo} photo */
export function asHtml(photo) {
  return `<img src="${asUrl(photo.name)}" alt="${escaped(altText(photo))}">`;
}

/** @param {Photo} photo */
export function asMarkdown(photo) {
  const alt = altText(photo).replace(/[\\[\]`*_<]/g, "\\$&").replace(/\s+/g, " ");
  return `![${alt}](${asUrl(photo.name)})`;
}

/**
 * @param {string} name  of a file
 * @returns {string}  a relative address, safe within quotes and within Markdown's parentheses
 */
function asUrl(name) {
  const code = (/** @type {string} */ character) => `%${character.charCodeAt(0).toString(16)}`;
  return encodeURIComponent(name).replace(/['()*]/g, code);
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
