/** The format of an image by its first bytes, as the server decides it too: names and declared types can be wrong. */

import { FORMATS } from "./formats.js";

const HEAD = 32; // bytes, more than any signature looks at

/** @type {[RegExp, string][]}  over bytes as Latin-1 characters; a dot is any byte */
const SIGNATURES = FORMATS.map(({ signature, content_types }) => [
  new RegExp(`^(?:${signature})`, "s"),
  content_types[0],
]);

/**
 * @param {Blob} file
 * @returns {Promise<string | undefined>} its canonical content type; undefined: of no known format
 */
export async function sniff(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const head = String.fromCharCode(...bytes);
  return SIGNATURES.find(([signature]) => signature.test(head))?.[1];
}
