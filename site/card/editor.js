/** A form to write the alt text by hand. */

import { find } from "../lib/dom.js";

export class Editor {
  #form;
  #textarea;
  #openButton;

  /**
   * @param {HTMLElement} card
   * @param {{text: () => string, onSave: (text: string) => void}} options  text: what the form begins with
   */
  constructor(card, { text, onSave }) {
    this.#form = find(card, ".editor");
    this.#textarea = /** @type {HTMLTextAreaElement} */ (find(this.#form, "textarea"));
    this.#openButton = find(card, ".edit");
    this.#openButton.addEventListener("click", () => {
      this.#textarea.value = text();
      this.#toggle(true);
      this.#textarea.select();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#toggle(false);
      onSave(this.#textarea.value.trim());
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
    this.#openButton.ariaExpanded = String(open);
    (open ? this.#textarea : this.#openButton).focus();
  }
}
