/** One line for everyone, seen and read out: what has just been done, or what stands in the way. */

import { find } from "./dom.js";

const line = find(document, "#notice");
const undo = /** @type {HTMLButtonElement} */ (find(document, "#undo"));
const LINGER = 8_000; // ms

let timer = 0;

/**
 * @param {string} words
 * @param {() => void} [onUndo]  offers to take it back
 */
export function notify(words, onUndo) {
  clearTimeout(timer);
  line.textContent = words;
  undo.hidden = onUndo === undefined;
  undo.onclick = () => {
    hush();
    onUndo?.();
  };
  // What can be taken back stays until something else is said: time limits are for machines.
  if (onUndo === undefined) timer = setTimeout(hush, LINGER);
}

export function hush() {
  clearTimeout(timer);
  line.textContent = "";
  undo.hidden = true;
}
