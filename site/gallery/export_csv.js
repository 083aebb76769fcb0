/** Photos as CSV for a spreadsheet (RFC 4180). */

import { altText, needsDescription, tagWords, wording } from "../photo.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {keyof typeof text.columns} Column */

/**
 * @param {Photo[]} photos
 * @returns {Blob} UTF-8 with the byte order mark that spreadsheets look for
 */
export function asCsv(photos) {
  const columns = /** @type {Column[]} */ (Object.keys(text.columns));
  const lines = [
    columns.map((column) => cell(text.columns[column])),
    ...photos.map(row).map((cells) => columns.map((column) => cell(cells[column]))),
  ];
  return new Blob(["\ufeff", lines.map((cells) => cells.join(",")).join("\r\n"), "\r\n"], {
    type: "text/csv;charset=utf-8",
  });
}

/**
 * @param {Photo} photo
 * @returns {Record<Column, string | number>}
 */
function row(photo) {
  const { record } = photo;
  return {
    name: photo.name,
    altText: altText(photo),
    certainty: record?.certainty ?? "",
    needsDescription: yesOrNo(needsDescription(photo)),
    reviewed: yesOrNo(photo.reviewed),
    tags: tagWords(photo).join(", "),
    decorative: yesOrNo(photo.decorative),
    edited: yesOrNo(photo.own !== null),
    language: record?.language ?? "",
    caption: record === null || record.certainty === "none" ? "" : wording(record).caption, // not trusted: not exported
    confidence: record?.confidence ?? "",
    failure: photo.failure?.message ?? "",
    addedAt: new Date(photo.addedAt).toISOString(),
    id: photo.id,
  };
}

/** @param {boolean} yes */
function yesOrNo(yes) {
  return yes ? text.yes : text.no;
}

/** @param {string | number} value */
function cell(value) {
  const words = String(value);
  const harmless = /^[=+\-@\t\r]/.test(words) ? `'${words}` : words; // no spreadsheet may take it for a formula
  return `"${harmless.replaceAll('"', '""')}"`;
}
