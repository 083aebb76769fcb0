/** The one kind of error that this page expects: something went wrong that has a code, and words in text.js. */

/** What is wrong with the photo itself: the same one would only fail again. */
const FINAL = new Set([
  "empty_image",
  "payload_too_large",
  "unsupported_format",
  "corrupt_image",
  "too_many_pixels",
  "image_too_small",
  "unreadable",
]);

/** A stable code, a sentence if there is a better one than text.js has, and an HTTP status (0: no answer at all). */
export class Failure extends Error {
  /**
   * @param {string} code
   * @param {{message?: string, status?: number, retryAfter?: number, cause?: unknown}} [details]  retryAfter in ms
   */
  constructor(code, { message = "", status = 0, retryAfter, cause } = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may well succeed a little later. */
  get mayPass() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Whether trying again with the same photo is pointless. */
  get isFinal() {
    return FINAL.has(this.code);
  }
}
