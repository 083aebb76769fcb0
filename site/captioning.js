/** The journey of one photo: from a file to the sentence on its card, or to words about why there is none. */

import { requestUpload, sendFile } from "./server/api.js";
import { Failure } from "./lib/failure.js";
import { inspect } from "./intake/inspect.js";
import { library } from "./gallery/store.js";
import { online, sleep } from "./lib/pause.js";
import { terms } from "./server/limits.js";
import { text } from "./strings/en.js";
import { thumbnailOf } from "./lib/thumbnail.js";
import { waitForCaption } from "./server/polling.js";

/** @typedef {import("./card/card.js").Card} Card */
/** @typedef {{entry: import("./photo.js").Entry, file: File | null, abort: AbortController}} Photo  file: null after a reload */

const BUSY_PAUSE = 10_000; // ms, where a busy server does not say how long
const BUSY_TRIES = 6;

/**
 * Begins where the photo is: one that has arrived is not sent twice.
 *
 * @param {Photo} photo
 * @param {Card} card
 * @returns {Promise<void>}  never rejects
 */
export async function describe({ entry, file, abort: { signal } }, card) {
  try {
    if (file && !entry.id) await upload(entry, file, card, signal);
    card.showWaiting("waiting");
    entry.record = await waitForCaption(entry.captionUrl, { onState: (state) => card.showWaiting(state), signal });
    await library.update(entry);
    card.showCaption();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Failure && error.mayPass)) await forget(entry);
    const again = error instanceof Failure && error.isFinal ? "pointless" : file || entry.id ? "possible" : "with the file";
    card.showFailure(inWords(error), again);
  }
}

/**
 * @param {import("./photo.js").Entry} entry
 * @param {File} file
 * @param {Card} card
 * @param {AbortSignal} signal
 */
async function upload(entry, file, card, signal) {
  const contentType = await inspect(file, await terms);
  const thumbnail = thumbnailOf(file);
  const grant = await whileOnline(card, signal, async () => {
    const grant = await patiently(card, signal, () => requestUpload(contentType, file.size, signal));
    card.showUpload(0);
    await sendFile(grant.upload, file, { onProgress: (fraction) => card.showUpload(fraction), signal });
    return grant;
  });
  Object.assign(entry, { id: grant.id, captionUrl: grant.caption_url, thumbnail: await thumbnail });
  signal.throwIfAborted();
  await library.put(entry);
}

/**
 * Waits for a network first, and starts again when it was lost on the way.
 *
 * @template T
 * @param {Card} card
 * @param {AbortSignal} signal
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
async function whileOnline(card, signal, task) {
  for (;;) {
    if (!navigator.onLine) {
      card.showOffline();
      await online(signal);
    }
    try {
      return await task();
    } catch (error) {
      if (navigator.onLine || signal.aborted) throw error;
    }
  }
}

/**
 * Waits as long as a busy server asks for, a few times.
 *
 * @template T
 * @param {Card} card
 * @param {AbortSignal} signal
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
async function patiently(card, signal, task) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task();
    } catch (error) {
      const busy = error instanceof Failure && error.status === 429;
      if (!busy || tries === BUSY_TRIES) throw error;
      const pause = error.retryAfter ?? BUSY_PAUSE;
      card.showBusy(pause);
      await sleep(pause, signal);
    }
  }
}

/** @param {import("./photo.js").Entry} entry */
async function forget(entry) {
  const { id } = entry;
  Object.assign(entry, { id: "", captionUrl: "" });
  if (id) await library.remove(id);
}

/**
 * @param {unknown} error
 * @returns {string}  the server's sentence where there is one
 */
function inWords(error) {
  /** @type {Record<string, string>} */
  const sentences = text.errors;
  if (error instanceof Failure) return error.message || (sentences[error.code] ?? text.errors.internal_error);
  reportError(error); // a bug in this page: the console should hear of it
  return text.errors.internal_error;
}
