/** Photos with their captions inside, in one zip file, and a table of all of them. Read one after the other. */

import { embed, canEmbed } from "../embed/embed.js";
import { altText, tagWords } from "../photo.js";
import { store } from "../store/store.js";
import { downloadZip } from "../vendor/client-zip/index.js";
import { asCsv } from "./export_csv.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @param {Photo[]} photos
 * @returns {Promise<{file: Blob, missing: number}>} missing: of how many the photo itself is no longer here
 */
export async function asZip(photos) {
  let missing = 0;
  const names = new Set();
  async function* files() {
    yield { name: unused("captions.csv", names), input: asCsv(photos) };
    for (const photo of photos) {
      const file = await store.file(photo.key);
      if (file) yield { name: unused(photo.name, names), input: await captioned(photo, file), lastModified: file.lastModified };
      else missing += 1;
    }
  }
  const file = await downloadZip(files()).blob();
  return { file, missing };
}

/**
 * @param {Photo} photo
 * @param {File} file
 * @returns {Promise<File>} as it is where its format, or its metadata, has no place for a caption
 */
async function captioned(photo, file) {
  const words = altText(photo);
  if (words === "" || !(await canEmbed(file))) return file;
  const description = { words, language: photo.record?.language ?? "", tags: tagWords(photo) };
  return embed(file, description).catch(() => file);
}

/**
 * @param {string} name
 * @param {Set<string>} names  those that are taken, to which the answer is added
 * @returns {string} the name, or with a number where another file has it
 */
function unused(name, names) {
  const dot = name.lastIndexOf(".") > 0 ? name.lastIndexOf(".") : name.length;
  let free = name;
  for (let number = 2; names.has(free.toLowerCase()); number += 1) free = `${name.slice(0, dot)} (${number})${name.slice(dot)}`;
  names.add(free.toLowerCase());
  return free;
}
