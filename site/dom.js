/** Three things that every module which draws needs. */

import { label } from "./label.js";

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
