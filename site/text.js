/**
 * Every word that the script puts on the page; the words that are there from the start are in index.html.
 * Another language is another index.html and another copy of this object.
 */

export const text = Object.freeze({
  queued: "Waiting its turn",
  uploading: "Uploading…",
  looking: "Looking at the photo…",
  details: Object.freeze({
    waiting: "",
    slow: "This is taking a while: the model may be waking up. After a quiet time that can take a minute.",
    interrupted: "The connection is interrupted. Glimpse keeps trying.",
  }),

  photo: (/** @type {string} */ name) => `Your photo ${name}`,
  upload: (/** @type {string} */ name) => `Upload of ${name}`,
  noPreview: "This browser cannot show this file.",

  confidence: (/** @type {number} */ probability) => `${Math.round(100 * probability)}% sure`,
  alternatives: "It also considered",
  byMachine: "A machine wrote this sentence. Check it against the photo before you publish it.",

  retry: "Try again",
  retryNamed: (/** @type {string} */ name) => `Try again: ${name}`,
  remove: "Remove",
  removeNamed: (/** @type {string} */ name) => `Remove ${name}`,

  folderDropped: "A folder cannot be read here. Open it and drop the photos themselves.",

  /** Used where the server sent no sentence of its own. */
  errors: Object.freeze({
    unreachable: "Glimpse cannot be reached. Check your connection, then try again.",
    upload_interrupted: "The upload was interrupted. Check your connection, then try again.",
    upload_refused: "The upload was refused; it may have taken too long. Try again.",
    payload_too_large: "This file is too large. Choose a smaller one.",
    not_found: "Glimpse no longer knows this photo. Try again to send it once more.",
    too_many_requests: "Too many photos at once. Wait a minute, then try again.",
    no_answer: "No sentence came within two minutes. Try again, perhaps a little later.",
    internal_error: "Something went wrong. Try again in a minute.",
  }),
});
