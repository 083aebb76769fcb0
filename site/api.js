/**
 * The only module that talks to the network: ask for an upload, send the file, wait for its caption.
 * Whatever goes wrong comes out as a Failure; what it is called on the page is up to text.js.
 */

import { API } from "./config.js";

/**
 * @typedef {{url: string, fields: Record<string, string>}} Upload  a presigned POST
 * @typedef {{id: string, upload: Upload, caption_url: string, expires_in: number, max_bytes: number}} Grant
 * @typedef {{caption: string, confidence: number | null}} Alternative
 * @typedef {{code: string, message: string}} ServerError
 * @typedef {{id: string, status: "captioned", caption: string, confidence: number | null, alt_text: string,
 *            alternatives: Alternative[]}} CaptionRecord  the fields that this page uses
 * @typedef {{id: string, status: "failed", error: ServerError}} FailedRecord
 * @typedef {"waiting" | "slow" | "interrupted"} WaitState
 */

const REQUEST_TIMEOUT = 30_000; // ms; API Gateway gives up at 30 s too
const PATIENCE = 120_000; // ms until waitForCaption gives up
const SLOW = 3_000; // ms until a wait counts as slow
const FIRST_PAUSE = 500; // ms; a warm model has usually answered by then
const LONGEST_PAUSE = 10_000; // ms

/** What went wrong: a stable code, the server's sentence if it sent one, its HTTP status (0: no answer at all). */
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
}

/**
 * Asks where a file may be sent. The server sees its type and size first, so a file it would refuse is refused
 * before any of its bytes travel, by the one place that knows the limits.
 *
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<Grant>}
 */
export async function requestUpload(file, signal) {
  const { body } = await call("/api/uploads", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ content_type: contentType(file), size: file.size }),
    signal,
  });
  return body;
}

/**
 * Sends the file as the presigned POST says. XMLHttpRequest, because fetch cannot report upload progress.
 *
 * @param {Upload} upload
 * @param {File} file
 * @param {{onProgress: (fraction: number) => void, signal: AbortSignal}} options
 * @returns {Promise<void>}
 */
export function sendFile(upload, file, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener("abort", abort);

    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) onProgress(loaded / total);
    };
    request.onload = () => (request.status < 300 ? resolve() : reject(uploadFailure(request)));
    request.onerror = () => reject(new Failure("upload_interrupted"));
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener("abort", abort);

    request.open("POST", upload.url);
    request.send(multipart(upload.fields, file));
  });
}

/**
 * Polls until there is a caption. What may pass (429, 5xx, no network) is tried again, ever more slowly; after two
 * minutes it is given up.
 *
 * @param {string} captionUrl  as the grant gives it
 * @param {{onState: (state: WaitState) => void, signal: AbortSignal}} options
 * @returns {Promise<CaptionRecord>}
 */
export async function waitForCaption(captionUrl, { onState, signal }) {
  const started = Date.now();
  let failures = 0;
  let pause = FIRST_PAUSE;
  const report = () => {
    const slow = Date.now() - started >= SLOW;
    onState(failures > 0 ? "interrupted" : slow ? "slow" : "waiting");
  };
  const slowTimer = setTimeout(report, SLOW);
  try {
    for (;;) {
      await sleep(pause, signal);
      const { answer, failure } = await attempt(captionUrl, signal);
      if (answer?.status === 200) return captioned(answer.body);
      failures = failure ? failures + 1 : 0;
      report();
      // Asked first and given up after: a laptop that slept through its two minutes still gets an answer.
      if (Date.now() - started > PATIENCE) throw failure ?? new Failure("no_answer", { status: 202 });
      pause = failure ? backOff(failures, failure) : (answer?.retryAfter ?? Math.min(1.5 * pause, LONGEST_PAUSE));
    }
  } finally {
    clearTimeout(slowTimer);
  }
}

/**
 * One look at the caption: an answer, or a failure that may pass. Any other failure is thrown.
 *
 * @param {string} captionUrl
 * @param {AbortSignal} signal
 * @returns {Promise<{answer?: Answer, failure?: Failure}>}
 */
async function attempt(captionUrl, signal) {
  try {
    return { answer: await call(captionUrl, { signal }) };
  } catch (error) {
    if (error instanceof Failure && error.mayPass) return { failure: error };
    throw error;
  }
}

/**
 * Doubles with every failure in a row, a little at random so that many pages do not come back at once.
 *
 * @param {number} failures
 * @param {Failure} failure
 * @returns {number} ms
 */
function backOff(failures, { retryAfter }) {
  const doubled = Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE);
  return retryAfter ?? doubled * (0.75 + Math.random() / 2);
}

/**
 * @param {CaptionRecord | FailedRecord} record
 * @returns {CaptionRecord}
 */
function captioned(record) {
  if (record.status === "captioned") return record;
  throw new Failure(record.error.code, { message: record.error.message, status: 200 });
}

/**
 * @typedef {{status: number, body: any, retryAfter?: number}} Answer  retryAfter in ms
 *
 * @param {string} path
 * @param {RequestInit & {signal: AbortSignal}} options
 * @returns {Promise<Answer>}
 */
async function call(path, options) {
  const { status, ok, headers, body } = await fetchJson(API + path, options);
  // Absent too where the API is on another origin and does not expose the header.
  const retryAfter = 1000 * Number(headers.get("Retry-After")) || undefined;
  if (!ok) throw serverFailure(status, body, retryAfter);
  if (body === null) throw new Failure("internal_error", { status: 502 });
  return { status, body, retryAfter };
}

/**
 * @param {string} url
 * @param {RequestInit & {signal: AbortSignal}} options
 */
async function fetchJson(url, options) {
  const { signal } = options;
  try {
    const response = await fetch(url, {
      ...options,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT)]),
    });
    const { status, ok, headers } = response;
    return { status, ok, headers, body: parsed(await response.text()) };
  } catch (cause) {
    signal.throwIfAborted();
    throw new Failure("unreachable", { cause });
  }
}

/** @param {XMLHttpRequest} request */
function uploadFailure({ status, responseText }) {
  // S3 answers in XML, the local server in the shape of every other error.
  if (responseText.includes("<Code>EntityTooLarge</Code>")) return new Failure("payload_too_large", { status });
  return serverFailure(status, parsed(responseText), undefined, "upload_refused");
}

/** @type {Record<number, string>} */
const CODES = { 404: "not_found", 413: "payload_too_large", 429: "too_many_requests" };

/**
 * @param {number} status
 * @param {any} body  parsed JSON, or null
 * @param {number} [retryAfter]  ms
 * @param {string} [refused]  the code of a 4xx that has no code of its own
 */
function serverFailure(status, body, retryAfter, refused = "internal_error") {
  const code = body?.error?.code ?? CODES[status] ?? (status < 500 ? refused : "internal_error");
  return new Failure(code, { message: body?.error?.message, status, retryAfter });
}

/**
 * @param {string} json
 * @returns {any} null where a proxy or S3 answered with something else
 */
function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/**
 * The fields in their order and the file last, as S3 demands; the file's own name is nobody's business.
 *
 * @param {Record<string, string>} fields
 * @param {File} file
 */
function multipart(fields, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, "photo");
  return form;
}

/**
 * For what browsers have no type for on most systems.
 *
 * @type {Record<string, string>}
 */
const TYPE_OF_EXTENSION = {
  avif: "image/avif",
  heic: "image/heic",
  heif: "image/heif",
  tif: "image/tiff",
  tiff: "image/tiff",
};

/** @param {File} file */
function contentType({ name, type }) {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return type || TYPE_OF_EXTENSION[extension] || "application/octet-stream";
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
  });
}
