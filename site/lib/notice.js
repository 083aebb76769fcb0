/** One line at the bottom of the page, seen and read out: what has just been done, or why it failed. */

import { find } from "./dom.js";

const line = find(document, "#notice");
const undo = /** @type {HTMLButtonElement} */ (find(document, "#undo"));
const DURATION = 8_000; // ms

let timer = 0;
let ended = () => {};

/**
 * @param {string} words
 * @param {() => void} [onUndo]  offers to undo what has been done
 * @param {() => void} [onEnd]  told when that is offered no longer, and was not done
 */
export function notify(words, onUndo, onEnd = () => {}) {
  clearNotice();
  line.textContent = words;
  undo.hidden = onUndo === undefined;
  ended = onEnd;
  undo.onclick = () => {
    ended = () => {};
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
  const onEnd = ended;
  ended = () => {};
  onEnd();
}
