/**
 * Deletes photos on the server. Each is written down in this browser until the server has done it: the page may be
 * closed, or the network gone, before.
 */

import { Failure } from "../lib/failure.js";
import { deleteUpload } from "./api.js";

const KEY = "glimpse-deletions";

/** @returns {string[]}  caption URLs, as the grants gave them */
export function plannedDeletions() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return []; // no storage in this window
  }
}

/** @param {string[]} urls */
export function planDeletions(urls) {
  write([...plannedDeletions(), ...urls]);
}

/** @param {string[]} urls */
export function cancelDeletions(urls) {
  write(plannedDeletions().filter((planned) => !urls.includes(planned)));
}

/**
 * @param {string[]} urls
 * @returns {Promise<void>}  never rejects: what fails stays planned, and is tried again at the next visit
 */
export async function sendDeletions(urls) {
  await Promise.all(urls.map(send));
}

/** @param {string} url */
async function send(url) {
  try {
    await deleteUpload(url);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== "not_found") return; // where it is not found, there is nothing left to delete
  }
  cancelDeletions([url]);
}

/** @param {string[]} urls */
function write(urls) {
  try {
    localStorage.setItem(KEY, JSON.stringify(urls));
  } catch {
    // no storage, or it is full: deleted in this visit or not at all
  }
}
