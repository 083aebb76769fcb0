/**
 * The form to write alt text by hand, the same on a card and in the list. What stands in it is kept as the photo's draft
 * with every letter, so that no reload and no second press of Edit can lose it.
 */

import { cloneTemplate, find, setText } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { generatedAltText } from "../photo.js";
import { store } from "../store/store.js";
import { text } from "../strings/en.js";
import { setOwn } from "../store/changes.js";

/** @typedef {import("../photo.js").Photo} Photo */

export class Editor {
  #photo;
  #place;
  #button;
  #onSaved;
  /** @type {HTMLFormElement | null} */
  #form = null;

  /**
   * @param {Photo} photo  with a record
   * @param {HTMLElement} root  with an .edit button and an .edit-place
   * @param {(next: boolean) => void} [onSaved]  next: it was saved to go on with the next photo
   */
  constructor(photo, root, onSaved = () => {}) {
    this.#photo = photo;
    this.#place = find(root, ".edit-place");
    this.#button = find(root, ".edit");
    this.#onSaved = onSaved;
    this.#button.addEventListener("click", () => this.open());
  }

  get isOpen() {
    return this.#form !== null;
  }

  /** Begins with what is published now, unless there is a draft. */
  open() {
    const photo = this.#photo;
    const opened = photo.draft === null;
    photo.draft ??= photo.own ?? generatedAltText(photo);
    this.show();
    this.#textarea.focus();
    if (opened) this.#textarea.select();
    store.update(photo);
  }

  /** Shows the form while there is a draft. */
  show() {
    const { draft } = this.#photo;
    if (draft === null) this.#unmount();
    else {
      this.#form ??= this.#mount();
      if (document.activeElement !== this.#textarea && this.#textarea.value !== draft) this.#textarea.value = draft;
      this.#showLength();
    }
    this.#button.ariaExpanded = String(draft !== null);
  }

  get #textarea() {
    return /** @type {HTMLTextAreaElement} */ (find(/** @type {HTMLFormElement} */ (this.#form), "textarea"));
  }

  #mount() {
    const form = /** @type {HTMLFormElement} */ (cloneTemplate("editor"));
    find(form, "textarea").lang = this.#photo.record?.language ?? "";
    form.addEventListener("input", () => {
      this.#photo.draft = this.#textarea.value;
      this.#showLength();
      store.update(this.#photo);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(false);
    });
    form.addEventListener("keydown", (event) => this.#onKey(event));
    find(form, ".cancel").addEventListener("click", () => this.#cancel());
    this.#place.append(form);
    return form;
  }

  #unmount() {
    if (!this.#form) return;
    const focused = this.#form.contains(document.activeElement);
    this.#form.remove();
    this.#form = null;
    if (focused) this.#button.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    event.stopPropagation(); // letters are text here, not commands of the list
    if (event.key === "Escape") this.#cancel();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#save(true);
  }

  /** @param {boolean} next */
  async #save(next) {
    const words = this.#textarea.value.trim();
    this.#photo.draft = null;
    this.#unmount();
    await setOwn(this.#photo, words === generatedAltText(this.#photo) ? null : words || null);
    this.#onSaved(next);
  }

  #cancel() {
    const photo = this.#photo;
    const { draft } = photo;
    const changed = draft !== (photo.own ?? generatedAltText(photo));
    photo.draft = null;
    this.#unmount();
    store.update(photo);
    if (!changed) return;
    const undo = () => {
      photo.draft = draft;
      store.update(photo);
      this.open();
    };
    notify(text.draftDiscarded, { undo });
  }

  /** How long the text is, once it comes near what people call long. */
  #showLength() {
    const length = [...this.#textarea.value].length;
    const line = find(/** @type {HTMLFormElement} */ (this.#form), ".length");
    line.hidden = length < text.longFrom;
    setText(line, line.hidden ? "" : text.length(length));
    line.classList.toggle("long", length > text.longest);
  }
}
