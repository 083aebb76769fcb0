/** Captions one photo: checks the file, uploads it, waits for the record. Each step is told as an activity. */

import { Failure } from "../lib/failure.js";
import { networkBack, sleep } from "../lib/pause.js";
import { createQueue } from "../lib/queue.js";
import { requestUpload, sendFile } from "../server/api.js";
import { limits } from "../server/limits.js";
import { waitForCaption } from "../server/polling.js";
import { setActivity } from "../store/activity.js";
import { browserStore as store } from "../store/store.js";
import { text } from "../strings/en.js";
import { inspect } from "./inspect.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {{photo: Photo, signal: AbortSignal}} Job */

const UPLOADS = 4; // at once: more would only make each of them slower
const WAITS = 16; // photos on their way at once, most of which wait for their caption
const BUSY_PAUSE = 10_000; // ms, where a busy server does not say how long
const BUSY_TRIES = 6;

const enqueue = createQueue(WAITS);
const enqueueUpload = createQueue(UPLOADS);

/**
 * Captions photos in the order they come. One that has been uploaded is not sent again.
 *
 * @param {Job} job
 * @returns {Promise<void>} when the photo has its record or its failure, or the signal is aborted; never rejects
 */
export function captionPhoto(job) {
  return enqueue(() => run(job));
}

/** @param {Job} job */
async function run({ photo, signal }) {
  const { key } = photo;
  if (signal.aborted) return;
  try {
    if (!photo.id) await enqueueUpload(() => upload({ photo, signal }));
    setActivity(key, { state: "looking", wait: "waiting" });
    const onState = (/** @type {any} */ wait) => setActivity(key, { state: "looking", wait });
    await store.setRecord(photo, await waitForCaption(photo.captionUrl, { onState, signal }));
  } catch (error) {
    if (signal.aborted) return;
    await fail(photo, error);
    await store.update(photo);
  } finally {
    setActivity(key, null);
  }
}

/** @param {Job} job */
async function upload({ photo, signal }) {
  signal.throwIfAborted();
  const { key } = photo;
  const file = await store.file(key);
  if (!file) throw new Failure("unreadable", { status: 400 });
  const contentType = await inspect(file, await limits);
  setActivity(key, { state: "uploading", fraction: 0 });
  const grant = await whileOnline({ photo, signal }, async () => {
    const grant = await retryWhileBusy({ photo, signal }, () => requestUpload(contentType, file.size, signal));
    const onProgress = (/** @type {number} */ fraction) => setActivity(key, { state: "uploading", fraction });
    onProgress(0);
    await sendFile(grant.upload, file, { onProgress, signal });
    return grant;
  });
  Object.assign(photo, { id: grant.id, captionUrl: grant.caption_url });
  await store.update(photo);
}

/**
 * Waits for a network first, and starts again when it was lost on the way.
 *
 * @template T
 * @param {Job} job
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
async function whileOnline({ photo, signal }, task) {
  for (;;) {
    if (!navigator.onLine) {
      setActivity(photo.key, { state: "offline" });
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
async function retryWhileBusy({ photo, signal }, task) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task();
    } catch (error) {
      const busy = error instanceof Failure && error.code === "too_many_requests";
      if (!busy || tries === BUSY_TRIES) throw error;
      const pause = error.retryAfter ?? BUSY_PAUSE;
      setActivity(photo.key, { state: "busy", pause });
      await sleep(pause, signal);
    }
  }
}

/**
 * @param {Photo} photo  which has to be uploaded again, unless it was only the way to its caption that failed
 * @param {unknown} error
 */
async function fail(photo, error) {
  const failure = error instanceof Failure ? error : null;
  if (!failure?.isTransient) Object.assign(photo, { id: "", captionUrl: "" });
  const here = photo.id !== "" || (await store.file(photo.key)) !== null;
  const retry = failure?.isPermanent ? "pointless" : here ? "possible" : "with the file";
  photo.failure = { message: messageOf(error), retry, refused: failure?.status === 401 };
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
