/** What every module that draws needs. */

import { label } from "./label.js";
import { text } from "../strings/en.js";

/**
 * The element that index.html is known to have.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(root, selector) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`index.html has no ${selector}`);
  return element;
}

/**
 * A labelled copy of the one element in a template.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (find(document, `template#${id}`));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  label(copy);
  return /** @type {HTMLElement} */ (copy.firstElementChild);
}

/**
 * @param {string} tag
 * @param {string} words
 * @param {string} [className]
 */
export function element(tag, words, className = "") {
  const made = document.createElement(tag);
  made.textContent = words;
  made.className = className;
  return made;
}

/**
 * Writes on a button, and says which photo it is for to those who meet it by itself.
 *
 * @param {Element} button
 * @param {string} words
 * @param {string} photo  its name
 */
export function write(button, words, photo) {
  if (button.textContent !== words) button.textContent = words;
  button.ariaLabel = text.named(words, photo);
}
