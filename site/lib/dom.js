/** Finding, copying and making elements. Text goes in through textContent and attributes only. */

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
 * @param {string} id  of a template
 * @returns {HTMLElement}  a copy of the one element in it
 */
export function cloneTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (find(document, `template#${id}`));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  return /** @type {HTMLElement} */ (copy.firstElementChild);
}

/**
 * @param {string} tag
 * @param {string} words
 * @param {string} [className]
 */
export function createElement(tag, words, className = "") {
  const element = document.createElement(tag);
  element.textContent = words;
  element.className = className;
  return element;
}

/**
 * Leaves an element alone that says so already: what is unchanged is not drawn again.
 *
 * @param {HTMLElement} element
 * @param {string} words
 */
export function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
