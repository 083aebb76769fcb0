/** One line at the bottom of the page, seen and read out: what has just been done, or why it failed. */

import { find } from "./dom.js";

const line = find(document, "#notice");
const undo = /** @type {HTMLButtonElement} */ (find(document, "#undo"));
const DURATION = 8_000; // ms

let timer = 0;

/**
 * @param {string} words
 * @param {() => void} [onUndo]  offers to undo what has been done
 */
export function notify(words, onUndo) {
  clearTimeout(timer);
  line.textContent = words;
  undo.hidden = onUndo === undefined;
  undo.onclick = () => {
    clearNotice();
    onUndo?.();
  };
  // What can be undone stays until the next notice: nobody has to be quick.
  if (onUndo === undefined) timer = setTimeout(clearNotice, DURATION);
}

export function clearNotice() {
  clearTimeout(timer);
  line.textContent = "";
  undo.hidden = true;
}
