/** Polls for a caption, through failures that are transient and times without a network. */

import { Failure } from "../lib/failure.js";
import { networkBack, sleep } from "../lib/pause.js";
import { readCaption } from "./api.js";

/** @typedef {"waiting" | "slow" | "interrupted" | "offline"} WaitState */

const TIMEOUT = 120_000; // ms
const SLOW = 3_000; // ms until a wait counts as slow
const FIRST_PAUSE = 500; // ms; a model that is loaded has usually answered by then
const LONGEST_PAUSE = 10_000; // ms
const EARLY = 0.9; // of the time that a caption is likely to take, before it is asked for first
const REMEMBERED = 8; // captions

let waiting = 0; // photos: they wait for each other
/** @type {{ms: number, among: number}[]} how long the latest captions took, and how many photos waited then */
const latest = [];

/**
 * Polls until there is a caption. After a transient failure (429, 5xx, no answer) it asks again; after two minutes with
 * a network it throws.
 *
 * @param {string} captionUrl  as the grant gives it
 * @param {{onState: (state: WaitState) => void, signal: AbortSignal}} options
 * @returns {Promise<import("../photo.js").CaptionRecord>}
 * @throws {Failure}
 */
export async function waitForCaption(captionUrl, { onState, signal }) {
  let started = Date.now();
  let failures = 0;
  waiting += 1;
  const among = waiting;
  let pause = Math.max(FIRST_PAUSE, Math.min(EARLY * likely(among), LONGEST_PAUSE));
  let next = FIRST_PAUSE;
  const report = () => {
    const slow = Date.now() - started >= SLOW;
    onState(failures > 0 ? "interrupted" : slow ? "slow" : "waiting");
  };
  const slowTimer = setTimeout(report, SLOW);
  try {
    for (;;) {
      await sleep(pause, signal);
      if (!navigator.onLine) {
        onState("offline");
        await networkBack(signal);
        started = Date.now();
      }
      const { answer, failure } = await attempt(captionUrl, signal);
      if (answer?.status === 200) {
        latest.push({ ms: Date.now() - started, among });
        if (latest.length > REMEMBERED) latest.shift();
        return captioned(answer.body);
      }
      failures = failure ? failures + 1 : 0;
      report();
      // The time is checked after asking: a laptop that slept for two minutes still gets its answer.
      if (Date.now() - started > TIMEOUT) throw failure ?? new Failure("no_answer", { status: 202 });
      pause = failure ? backOff(failures, failure) : (answer?.retryAfter ?? next);
      next = Math.min(1.5 * next, LONGEST_PAUSE);
    }
  } finally {
    waiting -= 1;
    clearTimeout(slowTimer);
  }
}

/**
 * @param {number} among  photos that wait, this one included
 * @returns {number} ms until its caption: as the quickest of the latest, or less where fewer wait. Not more where more
 *   wait: a server may have several captioners
 */
function likely(among) {
  const times = latest.map((one) => one.ms * Math.min(1, among / one.among));
  return times.length > 0 ? Math.min(...times) : 0;
}

/**
 * Asks once: an answer, or a transient failure. Any other failure is thrown.
 *
 * @param {string} captionUrl
 * @param {AbortSignal} signal
 * @returns {Promise<{answer?: import("./api.js").Answer, failure?: Failure}>}
 */
async function attempt(captionUrl, signal) {
  try {
    return { answer: await readCaption(captionUrl, signal) };
  } catch (error) {
    if (error instanceof Failure && error.isTransient) return { failure: error };
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
 * @param {import("../photo.js").CaptionRecord | import("./api.js").FailedRecord} record
 * @returns {import("../photo.js").CaptionRecord}
 */
function captioned(record) {
  if (record.status === "captioned") return record;
  throw new Failure(record.error.code, { message: record.error.message, status: 200 });
}
