/**
 * The only module that talks to the network: what the server accepts, an upload, a caption, a photo that it has.
 * Whatever goes wrong is thrown as a Failure, unless the caller's own signal was aborted.
 */

import { Failure } from "../lib/failure.js";
import { API } from "./config.js";
import { authorization, refusals } from "./credentials.js";

/**
 * @typedef {{url: string, fields: Record<string, string>}} Upload  a presigned POST
 * @typedef {{id: string, upload: Upload, caption_url: string, expires_in: number, max_bytes: number}} UploadGrant
 * @typedef {{code: string, message: string}} ServerError
 * @typedef {{id: string, status: "failed", error: ServerError}} FailedRecord
 * @typedef {{kind: "open" | "key" | "token", issuer: string, audience: string}} Access  issuer, audience: of tokens
 * @typedef {{limits?: {max_bytes: number}, formats?: import("../lib/formats.js").Format[],
 *            upload_days?: number | null, access?: Access}} Health
 * @typedef {{status: number, body: any, retryAfter?: number}} Answer  retryAfter in ms
 */

const REQUEST_TIMEOUT = 30_000; // ms; API Gateway gives up at 30 s too
const HEALTH_TIMEOUT = 5_000; // ms; the page has defaults
// A proxy may have put the page, and the API beside it, below a path. An API of another origin stands at its root.
const FOLDER = API ? "" : new URL("..", import.meta.url).pathname.slice(0, -1);

/** @returns {Promise<Health>} */
export async function readHealth() {
  const { body } = await call(`${FOLDER}/api/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT) });
  return body;
}

/**
 * Asks where a file may be sent.
 *
 * @param {string} contentType
 * @param {number} size  in bytes
 * @param {AbortSignal} signal
 * @returns {Promise<UploadGrant>}
 */
export async function requestUpload(contentType, size, signal) {
  const { body } = await call(`${FOLDER}/api/uploads`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ content_type: contentType, size }),
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
 * Asks once for a caption: status 200 with a record, or 202 while there is none yet.
 *
 * @param {string} captionUrl  as the grant gives it
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
export function readCaption(captionUrl, signal) {
  return call(captionUrl, { signal });
}

/**
 * Deletes an upload and its record. Goes on when the page is closed meanwhile.
 *
 * @param {string} captionUrl  as the grant gives it
 * @returns {Promise<void>}
 */
export async function deleteUpload(captionUrl) {
  await fetchAnswer(captionUrl, { method: "DELETE", keepalive: true, signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
}

/**
 * Whether the server takes the credentials that this browser keeps: it is asked for a record that nobody has.
 *
 * @returns {Promise<boolean>}
 */
export async function isAccepted() {
  try {
    await fetchAnswer(`${FOLDER}/api/captions/${"0".repeat(32)}`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
    return true;
  } catch (error) {
    const status = error instanceof Failure ? error.status : 0;
    if (status !== 404 && status !== 401) throw error;
    return status === 404;
  }
}

/**
 * What an issuer of tokens says of itself, or answers to a form.
 *
 * @param {string} url
 * @param {Record<string, string>} [fields]
 * @returns {Promise<any>}
 */
export async function askIssuer(url, fields) {
  const question = fields ? { method: "POST", body: new URLSearchParams(fields) } : {};
  const { ok, status, body } = await fetchJson(url, { ...question, signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
  if (!ok || body === null) throw new Failure("sign_in_failed", { status });
  return body;
}

/**
 * Asks for what the other functions have no part in.
 *
 * @param {string} path  below /api/
 * @param {RequestInit} [options]
 * @returns {Promise<any>}  the answer's body
 */
export async function ask(path, options = {}) {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT);
  return (await call(`${FOLDER}/api/${path}`, { ...options, signal })).body;
}

/** @param {string} path  below /api/ */
export function address(path) {
  return `${API}${FOLDER}/api/${path}`;
}

/**
 * A file that the server has, as if it had been chosen: an example, or a photo of a served folder.
 *
 * @param {string} url
 * @param {string} name
 * @returns {Promise<File>}
 */
export async function readFile(url, name) {
  const photo = await readBlob(url);
  return new File([photo], name, { type: photo.type });
}

/** @param {string} url @returns {Promise<Blob>}  what the server has there */
export async function readBlob(url) {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.blob();
  } catch (cause) {
    throw new Failure("unreachable", { cause });
  }
}

/**
 * @param {string} path
 * @param {RequestInit & {signal: AbortSignal}} options
 * @returns {Promise<Answer>}
 */
async function call(path, options) {
  const answer = await fetchAnswer(path, options);
  if (answer.body === null) throw new Failure("internal_error", { status: 502 });
  return answer;
}

/**
 * @param {string} path
 * @param {RequestInit & {signal: AbortSignal}} options
 * @returns {Promise<Answer>}  body: null where there is none
 */
async function fetchAnswer(path, options) {
  const { status, ok, headers, body } = await fetchJson(API + path, {
    ...options,
    headers: { ...options.headers, ...authorization() },
  });
  // Absent too where the API is on another origin and does not expose the header.
  const retryAfter = 1000 * Number(headers.get("Retry-After")) || undefined;
  if (status === 401) refusals.dispatchEvent(new Event("refused"));
  if (!ok) throw serverFailure(status, body, retryAfter);
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
 * The fields in their order and the file last, as S3 demands; the file's own name is not sent.
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
