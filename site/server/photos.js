/** The photos of the folder that `glimpse serve` shows, as its server answers for them. */

import { address, ask, readBlob, readFile } from "./api.js";

/**
 * @typedef {object} Listed  a photo as the index has it
 * @property {string} id
 * @property {string} name  of the file
 * @property {number} bytes
 * @property {string} own_text  what a person wrote in Glimpse
 * @property {string} found_text  what the file says of itself
 * @property {string[]} tags
 * @property {boolean} decorative
 * @property {boolean} reviewed
 * @property {boolean} favourite
 * @property {any} record  captioned or failed; null while there is none
 */
/** @typedef {{misspelt: string, word: string}} Suggestion */
/** @typedef {{ids: string[], suggestions: Suggestion[], fewer: {q: string, total: number}[]}} Found */
/** @typedef {{waiting: number, done: number, failed: number, busy: boolean, changes: number, problem: string}} State */
/**
 * @typedef {object} Shelves  what is in the folder, each with its number of photos
 * @property {{word: string, photos: number}[]} tags
 * @property {{month: string, photos: number}[]} months  newest first, "" for photos without a date
 * @property {{folder: string, photos: number}[]} folders
 * @property {{name: string, q: string}[]} albums
 * @property {Record<string, number>} filters  as store/filters.js calls them
 * @property {Record<"favourite" | "own", number>} states
 */
/** @typedef {Partial<{alt_text: string, tags: string[], decorative: boolean, reviewed: boolean,
 *                     favourite: boolean}>} Changes */

/** @param {{q: string, sort: string, filter: string}} question @returns {Promise<Found>} */
export function findIds(question) {
  return ask(`photos/ids?${new URLSearchParams(question)}`);
}

/** @param {string[]} ids  200 at most @returns {Promise<Listed[]>} those that are still there */
export async function readPhotos(ids) {
  return (await ask(`photos?ids=${ids.join(",")}`)).photos;
}

/** @param {string} id @param {Changes} changes @returns {Promise<Listed>} */
export function changePhoto(id, changes) {
  const headers = { "Content-Type": "application/json" };
  return ask(`photos/${id}`, { method: "PATCH", headers, body: JSON.stringify(changes) });
}

/** @param {string} id */
export function readThumbnail(id) {
  return readBlob(address(`photos/${id}/thumbnail`));
}

/** @param {string} id @param {string} name @returns {Promise<File>}  a JPEG where browsers do not show its format */
export function readOriginal(id, name) {
  return readFile(address(`photos/${id}/image`), name);
}

/** @returns {Promise<Shelves>} */
export function readShelves() {
  return ask("tags");
}

/** @returns {Promise<State>} */
export function readProgress() {
  return ask("progress");
}
