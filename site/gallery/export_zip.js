/**
 * Photos with their captions inside, in one zip file, and a table of all of them. Read one after the other, and written
 * to the disk as they come where the browser has a place for that.
 */

import { embed, canEmbed } from "../embed/embed.js";
import { altText, tagWords } from "../photo.js";
import { store } from "../store/store.js";
import { downloadZip } from "../vendor/client-zip/index.js";
import { asCsv } from "./export_csv.js";

/** @typedef {import("../photo.js").Photo} Photo */

const SAVED = 60 * 60_000; // ms after which a file on the disk has been downloaded, or never will be

/**
 * @param {Photo[]} photos
 * @returns {Promise<{file: Blob, missing: number}>} missing: of how many the photo itself is no longer here
 */
export async function asZip(photos) {
  try {
    const handle = await placeOnDisk();
    const { response, missing } = zipped(photos);
    await response.body?.pipeTo(await handle.createWritable());
    return { file: new File([await handle.getFile()], handle.name, { type: "application/zip" }), missing: missing() };
  } catch {
    const { response, missing } = zipped(photos); // no such place, or no room there: in memory
    return { file: await response.blob(), missing: missing() };
  }
}

/** @returns {Promise<FileSystemFileHandle>} a new file in the page's own folder, which nobody else sees */
async function placeOnDisk() {
  const folder = await navigator.storage.getDirectory();
  const now = Date.now();
  for await (const name of folder.keys()) if (Number.parseInt(name, 10) < now - SAVED) await folder.removeEntry(name);
  return folder.getFileHandle(`${now}.zip`, { create: true });
}

/**
 * @param {Photo[]} photos
 * @returns {{response: Response, missing: () => number}}  missing: once all of the response has been read
 */
function zipped(photos) {
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
  return { response: downloadZip(files()), missing: () => missing };
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
