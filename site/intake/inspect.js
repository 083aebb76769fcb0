/** Looks at a file before any of it is sent, so that what the server would refuse is refused at once. */

import { Failure } from "../lib/failure.js";
import { sniff } from "../lib/sniff.js";
import { text } from "../strings/en.js";

const REFUSED = 400; // any status that will not pass by waiting

/**
 * @param {File} file
 * @param {import("../server/limits.js").Terms} terms
 * @returns {Promise<string>} its content type
 * @throws {Failure} empty_image, payload_too_large, unsupported_format or unreadable
 */
export async function inspect(file, { maxBytes, contentTypes }) {
  if (file.size === 0) throw new Failure("empty_image", { status: REFUSED });
  if (file.size > maxBytes) {
    throw new Failure("payload_too_large", { status: REFUSED, message: text.tooLarge(file.size, maxBytes) });
  }
  const type = await typeOf(file);
  if (type === undefined || !contentTypes.includes(type)) throw new Failure("unsupported_format", { status: REFUSED });
  return type;
}

/** @param {File} file */
async function typeOf(file) {
  try {
    return await sniff(file);
  } catch (cause) {
    throw new Failure("unreadable", { status: REFUSED, cause }); // moved or deleted since it was chosen
  }
}
