/** Waiting for a time or for the network, until a signal is aborted. */

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function sleep(ms, signal) {
  return until(signal, (done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  });
}

/**
 * Resolves once the browser has a network; at once where it has one.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function networkBack(signal) {
  if (navigator.onLine) return Promise.resolve();
  return until(signal, (done) => {
    addEventListener("online", done);
    return () => removeEventListener("online", done);
  });
}

/**
 * @param {AbortSignal} signal
 * @param {(done: () => void) => () => void} begin  starts waiting for `done`, returns how to stop
 * @returns {Promise<void>}
 */
function until(signal, begin) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      stop();
      reject(signal.reason);
    };
    const stop = begin(() => {
      stop();
      signal.removeEventListener("abort", abort);
      resolve();
    });
    signal.addEventListener("abort", abort, { once: true });
  });
}
