/** What is being done with the photos that are on their way. Not stored: a reload begins again. */

/**
 * @typedef {object} Activity
 * @property {"uploading" | "busy" | "offline" | "looking"} state
 * @property {number} [fraction]  of the file that has been sent, 0 to 1
 * @property {number} [pause]  ms until a busy server is asked again
 * @property {"waiting" | "slow" | "interrupted" | "offline"} [wait]  how the wait for the caption goes
 */

/** @type {Map<string, Activity>} by the photo's key */
const current = new Map();
/** @type {Set<(key: string) => void>} */
const listeners = new Set();

/** @param {string} key */
export function activityOf(key) {
  return current.get(key);
}

/**
 * @param {string} key
 * @param {Activity | null} activity  null: it waits, or has ended
 */
export function setActivity(key, activity) {
  if (activity) current.set(key, activity);
  else current.delete(key);
  for (const listener of listeners) listener(key);
}

/** @param {(key: string) => void} listener  told of whose photo it has changed */
export function onActivity(listener) {
  listeners.add(listener);
}
