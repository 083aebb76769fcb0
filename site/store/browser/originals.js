/** Keeps the files of photos in the browser's storage: those that wait, always; those that are done, within a budget. */

import { isWaiting } from "../../photo.js";
import { browserStore as store } from "../store.js";

/** @typedef {import("../../photo.js").Photo} Photo */

export const BUDGET = 500 * 1024 ** 2; // bytes of files whose photos are done

/** @param {Photo[]} photos  whose files the store holds; one after the other, so that uploads need not wait */
export async function keepFiles(photos) {
  navigator.storage?.persist?.().catch(() => {}); // the browser may say no: then it may clear them when space is short
  for (const photo of photos) await store.keepFile(photo);
}

/**
 * Makes the small pictures that nobody has looked at yet, one after the other.
 *
 * @param {Photo[]} photos
 */
export async function keepPictures(photos) {
  for (const { key } of photos) await store.picture(key);
}

/** Drops the files that were added first until the rest is within the budget. */
export async function trimFiles() {
  const done = store.list().filter((photo) => photo.kept && !isWaiting(photo) && photo.failure === null);
  let excess = done.reduce((bytes, { size }) => bytes + size, 0) - BUDGET;
  const dropped = done.filter(({ size }) => {
    const drop = excess > 0;
    excess -= size;
    return drop;
  });
  if (dropped.length === 0) return;
  await keepPictures(dropped); // which are made from the files
  await store.dropFiles(...dropped);
}

/** Asks before the page is left while a file waits that a reload would lose. */
export function askBeforeLoss() {
  addEventListener("beforeunload", (event) => {
    const lost = (/** @type {Photo} */ photo) => isWaiting(photo) && !photo.kept && photo.id === "";
    if (store.list().some(lost)) event.preventDefault();
  });
}
