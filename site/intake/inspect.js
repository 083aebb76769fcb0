/** Checks a file before any of it is sent, so that what the server would refuse is refused at once. */

import { Failure } from "../lib/failure.js";
import { FORMATS } from "../lib/formats.js";
import { sniff } from "../lib/sniff.js";
import { text } from "../strings/en.js";

/** @typedef {import("../lib/formats.js").Format} Format */

const REFUSED = 400; // any status that is not transient

/**
 * @param {File} file
 * @param {import("../server/limits.js").Limits} limits
 * @returns {Promise<string>} its content type
 * @throws {Failure} empty_image, payload_too_large, unsupported_format or unreadable
 */
export async function inspect(file, { maxBytes, formats }) {
  if (file.size === 0) throw new Failure("empty_image", { status: REFUSED });
  if (file.size > maxBytes) {
    throw new Failure("payload_too_large", { status: REFUSED, message: text.tooLarge(file.size, maxBytes) });
  }
  const found = await contentTypeByBytes(file);
  const type = found ?? declaredType(file, formats);
  if (!formats.some(({ content_types }) => content_types.includes(type))) {
    const message = text.unsupported(formats.map(({ name }) => name));
    throw new Failure("unsupported_format", { status: REFUSED, message });
  }
  return type;
}

/** @param {File} file */
async function contentTypeByBytes(file) {
  try {
    return await sniff(file);
  } catch (cause) {
    throw new Failure("unreadable", { status: REFUSED, cause }); // moved or deleted since it was chosen
  }
}

/**
 * For formats that the server has and this page has no signature for: there the server decides.
 *
 * @param {File} file
 * @param {Format[]} formats
 * @returns {string} empty: none of them
 */
function declaredType(file, formats) {
  const name = file.name.toLowerCase();
  const known = new Set(FORMATS.map((format) => format.name));
  const format = formats.find(
    ({ name: format, content_types, suffixes }) =>
      !known.has(format) && (content_types.includes(file.type) || suffixes.some((suffix) => name.endsWith(suffix))),
  );
  return format?.content_types[0] ?? "";
}
