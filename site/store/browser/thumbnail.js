/** Small copies of photos, made one after the other by a worker. */

/** @type {Map<number, (picture: Blob | null) => void>} */
const waiting = new Map();
let latest = 0;

const worker = new Worker(new URL("thumbnail_worker.js", import.meta.url), { type: "module" });
worker.addEventListener("message", ({ data: { id, picture } }) => answer(id, picture));
worker.addEventListener("error", () => [...waiting.keys()].forEach((id) => answer(id, null)));

/**
 * @param {Blob} file
 * @returns {Promise<Blob | null>} a JPEG; null where the browser cannot read the file
 */
export function createThumbnail(file) {
  const id = (latest += 1);
  worker.postMessage({ id, file });
  return new Promise((resolve) => waiting.set(id, resolve));
}

/**
 * @param {number} id
 * @param {Blob | null} picture
 */
function answer(id, picture) {
  waiting.get(id)?.(picture);
  waiting.delete(id);
}
