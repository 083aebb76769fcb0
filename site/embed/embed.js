/** Puts a description inside a photo's own file; its pixels and its other metadata stay as they are. */

import { sniff } from "../lib/sniff.js";
import * as jpeg from "./jpeg.js";
import * as png from "./png.js";
import * as webp from "./webp.js";
import { withDescription } from "./xmp.js";

/**
 * @typedef {object} Container  a file format that has a place for XMP
 * @property {(file: Uint8Array) => Uint8Array | null | Promise<Uint8Array | null>} readXmp
 * @property {(file: Uint8Array, packet: Uint8Array) => Uint8Array<ArrayBuffer>} writeXmp
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
 * @param {string} words
 * @param {string} language  of the words
 * @returns {Promise<File>} with the same name
 */
export async function embed(file, words, language) {
  const type = (await sniff(file)) ?? "";
  const { readXmp, writeXmp } = CONTAINERS[type];
  const bytes = new Uint8Array(await file.arrayBuffer());
  const packet = withDescription(await readXmp(bytes), words, language);
  return new File([writeXmp(bytes, packet)], file.name, { type });
}
