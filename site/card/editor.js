/** A small form to write the alt text by hand. */

import { find } from "../lib/dom.js";

export class Editor {
  #form;
  #area;
  #open;

  /**
   * @param {HTMLElement} root  a card
   * @param {{words: () => string, onSave: (words: string) => void}} options  words: what the form begins with
   */
  constructor(root, { words, onSave }) {
    this.#form = find(root, ".editor");
    this.#area = /** @type {HTMLTextAreaElement} */ (find(this.#form, "textarea"));
    this.#open = find(root, ".edit");
    this.#open.addEventListener("click", () => {
      this.#area.value = words();
      this.#toggle(true);
      this.#area.select();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#toggle(false);
      onSave(this.#area.value.trim());
    });
    find(this.#form, ".cancel").addEventListener("click", () => this.#toggle(false));
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#toggle(false);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) find(this.#form, ".save").click();
    });
  }

  /** @param {boolean} open */
  #toggle(open) {
    this.#form.hidden = !open;
    this.#open.ariaExpanded = String(open);
    (open ? this.#area : this.#open).focus();
  }
}
