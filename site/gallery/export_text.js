/**
 * Photos as JSON, with all that is known of them, and as HTML or Markdown, ready to paste. Those without alt text are in
 * neither of the last two, for nobody to publish by accident.
 */

import { asHtml, asMarkdown } from "../card/snippets.js";
import { altText, tagWords } from "../photo.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @param {Photo[]} photos  each with its record as the server wrote it
 * @returns {Blob}
 */
export function asJson(photos) {
  const exported = photos.map((photo) => ({
    name: photo.name,
    alt_text: altText(photo),
    decorative: photo.decorative,
    edited: photo.own !== null,
    reviewed: photo.reviewed,
    tags: tagWords(photo),
    added_at: new Date(photo.addedAt).toISOString(),
    record: photo.record,
  }));
  return new Blob([JSON.stringify(exported, null, 2), "\n"], { type: "application/json" });
}

/** @param {Photo[]} photos */
export function asHtmlFile(photos) {
  return lines(photos, asHtml, "text/html;charset=utf-8");
}

/** @param {Photo[]} photos */
export function asMarkdownFile(photos) {
  return lines(photos, asMarkdown, "text/markdown;charset=utf-8");
}

/**
 * @param {Photo[]} photos
 * @param {(photo: Photo) => string} snippet
 * @param {string} type
 */
function lines(photos, snippet, type) {
  const ready = photos.filter((photo) => photo.decorative || altText(photo) !== "");
  return new Blob(ready.map((photo) => `${snippet(photo)}\n`), { type });
}
