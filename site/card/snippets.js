/** A photo with its alt text, as HTML and as Markdown, ready to paste. */

import { altText } from "../photo.js";

/** @typedef {import("../photo.js").Photo} Photo */

/** @param {Photo} photo */
export function asHtml(photo) {
  return `<img src="${escaped(photo.name)}" alt="${escaped(altText(photo))}">`;
}

/** @param {Photo} photo */
export function asMarkdown(photo) {
  const alt = altText(photo).replace(/[\\[\]`*_<]/g, "\\$&").replace(/\s+/g, " ");
  return `![${alt}](${encodeURIComponent(photo.name)})`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
