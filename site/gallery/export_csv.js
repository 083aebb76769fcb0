/** Captions as files for other programs: CSV for a spreadsheet, JSON with all that is known. */

import { altText, tags } from "../photo.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Entry} Entry */

/**
 * @param {Entry[]} entries
 * @returns {Blob} RFC 4180, UTF-8 with the mark that spreadsheets look for
 */
export function asCsv(entries) {
  const rows = entries.map((entry) => [
    entry.name,
    altText(entry),
    entry.decorative ? text.yes : text.no,
    entry.own === null ? text.no : text.yes,
    entry.record?.caption ?? "",
    entry.record?.confidence ?? "",
    tags(entry).join(" "),
    new Date(entry.addedAt).toISOString(),
    entry.id,
  ]);
  const lines = [text.columns, ...rows].map((row) => row.map(cell).join(","));
  return new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

/**
 * @param {Entry[]} entries
 * @returns {Blob}
 */
export function asJson(entries) {
  const photos = entries.map((entry) => ({
    name: entry.name,
    alt_text: altText(entry),
    decorative: entry.decorative,
    edited: entry.own !== null,
    added_at: new Date(entry.addedAt).toISOString(),
    record: entry.record,
  }));
  return new Blob([JSON.stringify(photos, null, 2), "\n"], { type: "application/json" });
}

/** @param {string | number} value */
function cell(value) {
  const words = String(value);
  // A name such as =HYPERLINK(…) must not become a formula in someone's spreadsheet.
  const harmless = /^[=+\-@\t\r]/.test(words) ? `'${words}` : words;
  return `"${harmless.replaceAll('"', '""')}"`;
}
