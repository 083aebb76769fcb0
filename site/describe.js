/** The journey of one photo: from a file to the sentence on its card, or to words about why there is none. */

import { Failure, requestUpload, sendFile, waitForCaption } from "./api.js";
import { text } from "./text.js";

/**
 * @typedef {{file: File, card: import("./card.js").Card, abort: AbortController, captionUrl?: string}} Photo
 *   captionUrl is set once the file has arrived, so that trying again after a broken wait does not send it twice
 *
 * @param {Photo} photo
 * @returns {Promise<void>}  never rejects
 */
export async function describe(photo) {
  const { card, abort } = photo;
  const { signal } = abort;
  try {
    photo.captionUrl ??= await upload(photo);
    card.showWaiting("waiting");
    card.showCaption(await waitForCaption(photo.captionUrl, { onState: (state) => card.showWaiting(state), signal }));
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Failure && error.mayPass)) photo.captionUrl = undefined;
    card.showError(inWords(error));
  }
}

/**
 * @param {Photo} photo
 * @returns {Promise<string>}  where its caption will be
 */
async function upload({ file, card, abort: { signal } }) {
  card.showUpload(0);
  const grant = await requestUpload(file, signal);
  await sendFile(grant.upload, file, { onProgress: (fraction) => card.showUpload(fraction), signal });
  return grant.caption_url;
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
