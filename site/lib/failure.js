/** The one error that this page expects: it has a code, for which strings/ has a sentence. */

/** Codes of what is wrong with the photo itself: sending it again would fail again. */
const PERMANENT = new Set([
  "empty_image",
  "payload_too_large",
  "unsupported_format",
  "corrupt_image",
  "too_many_pixels",
  "image_too_small",
  "unreadable",
]);

export class Failure extends Error {
  /**
   * @param {string} code
   * @param {object} [details]
   * @param {string} [details.message]  shown instead of the sentence that strings/ has for the code
   * @param {number} [details.status]  HTTP status; 0: no answer at all
   * @param {number} [details.retryAfter]  ms
   * @param {unknown} [details.cause]
   */
  constructor(code, { message = "", status = 0, retryAfter, cause } = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed a little later. */
  get isTransient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Whether trying again with the same photo cannot help. */
  get isPermanent() {
    return PERMANENT.has(this.code);
  }
}
