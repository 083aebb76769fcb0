/** Puts a description inside a photo's own file; its pixels and its other metadata stay as they are. */

import { sniff } from "../lib/sniff.js";
import { embed as inJpeg } from "./jpeg.js";
import { embed as inPng } from "./png.js";
import { embed as inWebp } from "./webp.js";

/** @type {Record<string, (file: Uint8Array, words: string) => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>>} */
const FORMATS = { "image/jpeg": inJpeg, "image/png": inPng, "image/webp": inWebp };

/**
 * @param {File} file
 * @returns {Promise<boolean>} whether its format has a place for a description
 */
export async function canEmbed(file) {
  return ((await sniff(file)) ?? "") in FORMATS;
}

/**
 * @param {File} file
 * @param {string} words
 * @returns {Promise<File>} with the same name
 */
export async function embed(file, words) {
  const type = (await sniff(file)) ?? "";
  const bytes = await FORMATS[type](new Uint8Array(await file.arrayBuffer()), words);
  return new File([bytes], file.name, { type });
}
