/**
 * Puts the words of text.js where index.html leaves room for them: data-text names an element's text, data-label its
 * accessible name, data-hint its placeholder.
 */

import { text } from "../strings/en.js";

/** @type {Record<string, string>} */
const words = text.page;

/** @param {ParentNode} root  a document, or the copy of a template */
export function label(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-text]"))) {
    element.textContent = word(element.dataset.text);
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-label]"))) {
    element.ariaLabel = word(element.dataset.label);
  }
  for (const element of /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll("[data-hint]"))) {
    element.placeholder = word(element.dataset.hint);
  }
}

/** @param {string | undefined} key */
function word(key) {
  const found = words[key ?? ""];
  if (found === undefined) throw new Error(`text.js has no words for ${key}`);
  return found;
}
