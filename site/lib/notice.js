/** Lines at the bottom of the page, seen and read out: what has just been done, or why it failed. */

import { cloneTemplate, find } from "./dom.js";

const list = find(document, "#notices");
const DURATION = 8_000; // ms

const MOST = 3; // lines with an undo at once

/** @type {HTMLElement | null} the latest line that will go by itself */
let passing = null;
/** @type {Map<HTMLElement, () => void>} what to do when a line can no longer be used to undo, oldest first */
const offers = new Map();

addEventListener("pagehide", () => [...offers.keys()].forEach(end));

/**
 * @typedef {object} Undo
 * @property {() => void} undo
 * @property {() => void} [settle]  when it can no longer be undone
 */

/**
 * A line with an undo stays until it is used or dismissed, whatever is said meanwhile: nobody has to be quick.
 *
 * @param {string} words
 * @param {Undo} [undoing]
 */
export function notify(words, undoing) {
  clearNotice();
  const line = cloneTemplate("notice");
  find(line, "p").textContent = words;
  list.append(line);
  if (undoing) offerUndo(line, undoing);
  else {
    passing = line;
    setTimeout(() => line.remove(), DURATION);
  }
}

/** Removes the line that would go by itself. */
export function clearNotice() {
  passing?.remove();
  passing = null;
}

/** @returns {boolean} whether there was an undo to move the focus to */
export function focusUndo() {
  const button = /** @type {HTMLElement | null} */ (list.querySelector(".notice:last-child .undo:not([hidden])"));
  button?.focus();
  return button !== null;
}

/**
 * @param {HTMLElement} line
 * @param {Undo} undoing
 */
function offerUndo(line, { undo, settle = () => {} }) {
  const [undoButton, dismiss] = [find(line, ".undo"), find(line, ".dismiss")];
  undoButton.hidden = dismiss.hidden = false;
  offers.set(line, settle);
  undoButton.addEventListener("click", () => {
    offers.delete(line);
    line.remove();
    undo();
  });
  dismiss.addEventListener("click", () => {
    end(line);
    find(document, "#files").focus({ preventScroll: true });
  });
  if (offers.size > MOST) end([...offers.keys()][0]);
}

/** @param {HTMLElement} line */
function end(line) {
  offers.get(line)?.();
  offers.delete(line);
  line.remove();
}
