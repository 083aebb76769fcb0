/** Captions one photo: checks the file, uploads it, waits for the record, and shows each step on its card. */

import { store } from "./gallery/store.js";
import { inspect } from "./intake/inspect.js";
import { Failure } from "./lib/failure.js";
import { networkBack, sleep } from "./lib/pause.js";
import { createThumbnail } from "./lib/thumbnail.js";
import { requestUpload, sendFile } from "./server/api.js";
import { limits } from "./server/limits.js";
import { waitForCaption } from "./server/polling.js";
import { text } from "./strings/en.js";

/** @typedef {import("./card/card.js").Card} Card */
/** @typedef {import("./photo.js").Photo} Photo */
/** @typedef {{photo: Photo, file: File | null, card: Card, abort: AbortController}} Job  file: null after a reload */

const BUSY_PAUSE = 10_000; // ms, where a busy server does not say how long
const BUSY_TRIES = 6;

/**
 * A photo that has been uploaded is not sent again.
 *
 * @param {Job} job
 * @returns {Promise<void>}  never rejects
 */
export async function captionPhoto(job) {
  const { photo, file, card, abort: { signal } } = job;
  try {
    if (file && !photo.id) await upload(job, file);
    card.showWaiting("waiting");
    photo.record = await waitForCaption(photo.captionUrl, { onState: (state) => card.showWaiting(state), signal });
    await store.update(photo);
    card.showCaption();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Failure && error.isTransient)) await forgetUpload(photo);
    card.showFailure(messageOf(error), retryAfter(error, job));
  }
}

/**
 * @param {Job} job
 * @param {File} file
 */
async function upload(job, file) {
  const { photo, card, abort: { signal } } = job;
  const contentType = await inspect(file, await limits);
  const thumbnail = createThumbnail(file);
  const grant = await whileOnline(job, async () => {
    const grant = await retryWhileBusy(job, () => requestUpload(contentType, file.size, signal));
    card.showUpload(0);
    await sendFile(grant.upload, file, { onProgress: (fraction) => card.showUpload(fraction), signal });
    return grant;
  });
  Object.assign(photo, { id: grant.id, captionUrl: grant.caption_url, thumbnail: await thumbnail });
  signal.throwIfAborted();
  await store.put(photo);
}

/**
 * Waits for a network first, and starts again when it was lost on the way.
 *
 * @template T
 * @param {Job} job
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
async function whileOnline({ card, abort: { signal } }, task) {
  for (;;) {
    if (!navigator.onLine) {
      card.showOffline();
      await networkBack(signal);
    }
    try {
      return await task();
    } catch (error) {
      if (navigator.onLine || signal.aborted) throw error;
    }
  }
}

/**
 * Waits as long as a busy server (status 429) asks for, a few times.
 *
 * @template T
 * @param {Job} job
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
async function retryWhileBusy({ card, abort: { signal } }, task) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task();
    } catch (error) {
      const busy = error instanceof Failure && error.code === "too_many_requests";
      if (!busy || tries === BUSY_TRIES) throw error;
      const pause = error.retryAfter ?? BUSY_PAUSE;
      card.showBusy(pause);
      await sleep(pause, signal);
    }
  }
}

/** @param {Photo} photo  which then has to be uploaded again */
async function forgetUpload(photo) {
  const { id } = photo;
  Object.assign(photo, { id: "", captionUrl: "" });
  if (id) await store.remove(id);
}

/**
 * @param {unknown} error
 * @param {Job} job
 */
function retryAfter(error, { photo, file }) {
  if (error instanceof Failure && error.isPermanent) return "pointless";
  return file || photo.id ? "possible" : "with the file";
}

/**
 * @param {unknown} error
 * @returns {string}  the server's own where there is one
 */
function messageOf(error) {
  /** @type {Record<string, string>} */
  const messages = text.errors;
  if (error instanceof Failure) return error.message || (messages[error.code] ?? text.errors.internal_error);
  reportError(error); // a bug in this page: the console should show it
  return text.errors.internal_error;
}
