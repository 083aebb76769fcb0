/** Puts a description inside a photo's own file; its pixels and all else that it carries stay as they are. */

import { sniff } from "../lib/sniff.js";
import { describe } from "./fields/description.js";
import * as jpeg from "./jpeg.js";
import * as png from "./png.js";
import * as webp from "./webp.js";

/** @typedef {import("./fields/description.js").Field} Field */
/** @typedef {import("./fields/xmp.js").Words} Words */

/**
 * @typedef {object} Container  a file format that has a place for XMP
 * @property {(file: Uint8Array) => Field[] | Promise<Field[]>} read  all that may carry a description
 * @property {(file: Uint8Array, fields: Field[]) => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>} write
 *   the same file, byte for byte, but for these fields and what tells where they are
 */

/** @type {Record<string, Container>} */
const CONTAINERS = { "image/jpeg": jpeg, "image/png": png, "image/webp": webp };

/**
 * @param {File} file
 * @returns {Promise<boolean>} whether its format has a place for a description
 */
export async function canEmbed(file) {
  return ((await sniff(file)) ?? "") in CONTAINERS;
}

/**
 * @param {File} file
 * @param {Words} description
 * @returns {Promise<File>} with the same name
 * @throws {import("../lib/failure.js").Failure} no_room, or damaged_metadata where something of the owner's would be lost
 */
export async function embed(file, { words, language, tags }) {
  const type = (await sniff(file)) ?? "";
  const { read, write } = CONTAINERS[type];
  const bytes = new Uint8Array(await file.arrayBuffer());
  const plain = words.replace(/\p{Cc}+/gu, " "); // XML has no place for control characters
  const fields = describe(await read(bytes), { words: plain, language, tags });
  return new File([await write(bytes, fields)], file.name, { type });
}
