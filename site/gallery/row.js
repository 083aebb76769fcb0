/** One photo in the list: a small picture that opens it, its alt text, which can be edited here, and where it stands. */

import { Editor } from "../card/editor.js";
import { cloneTemplate, find, setText } from "../lib/dom.js";
import { canAccept, setReviewed, toggleFavourite } from "../store/changes.js";
import { altKind, certaintyWords, stateOf } from "../store/status.js";
import { store } from "../store/store.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @typedef {object} RowActions
 * @property {(row: Row) => void} onOpen
 * @property {(row: Row, selected: boolean, range: boolean) => void} onSelect
 * @property {(row: Row) => void} onNext  told when one photo is done and the next is wanted
 * @property {(photo: Photo) => void} onRetry
 * @property {(photo: Photo) => void} onRemove
 */

export class Row {
  element = cloneTemplate("row");
  photo;
  #actions;
  #box = /** @type {HTMLInputElement} */ (find(this.element, ".select"));
  #progress = /** @type {HTMLProgressElement} */ (find(this.element, ".progress"));
  /** @type {Editor | null} */
  #editor = null;
  #isNear = false;
  #hasPicture = false;

  /**
   * @param {Photo} photo
   * @param {RowActions} actions
   */
  constructor(photo, actions) {
    this.photo = photo;
    this.#actions = actions;
    const name = find(this.element, ".row-name");
    name.id = `row-${photo.key}`;
    find(this.element, ".row-body").setAttribute("aria-labelledby", name.id);
    this.#box.addEventListener("click", ({ shiftKey }) => actions.onSelect(this, this.#box.checked, shiftKey));
    this.#onClick(".open", () => actions.onOpen(this));
    this.#onClick(".row-text", () => this.edit());
    this.#onClick(".accept", () => this.#toggleReviewed());
    this.#onClick(".favourite", () => this.toggleFavourite());
    this.#onClick(".retry", () => actions.onRetry(photo));
    this.#onClick(".remove", () => actions.onRemove(photo));
  }

  /**
   * @param {string} selector
   * @param {() => void} action
   */
  #onClick(selector, action) {
    find(this.element, selector).addEventListener("click", action);
  }

  /** @param {boolean} selected */
  update(selected) {
    const photo = this.photo;
    const { state, line, detail, fraction } = stateOf(photo);
    setText(find(this.element, ".row-name"), photo.name);
    const captioned = state === "captioned";
    this.element.dataset.state = state;
    this.element.dataset.altText = captioned ? altKind(photo) : "";
    this.element.toggleAttribute("data-reviewed", photo.reviewed);
    this.#box.checked = selected;
    const sentence = find(this.element, ".row-text");
    setText(sentence, line);
    sentence.lang = captioned ? (photo.record?.language ?? "") : "";
    setText(find(this.element, ".row-state"), captioned ? certaintyWords(photo) : detail);
    this.#progress.hidden = fraction === undefined;
    this.#progress.value = fraction ?? 0;
    this.#showButtons(captioned);
    if (captioned) (this.#editor ??= this.#createEditor()).show();
    sentence.hidden = this.#editor?.isOpen ?? false;
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && this.element.contains(focused) && focused.offsetParent === null) this.focus();
    this.#loadPicture();
  }

  /** To be called when the row comes near the screen: none is read before. */
  showPicture() {
    this.#isNear = true;
    this.#loadPicture();
  }

  /** @param {boolean} captioned */
  #showButtons(captioned) {
    const { failure, reviewed } = this.photo;
    find(this.element, ".edit").hidden = !captioned;
    const accept = find(this.element, ".accept");
    accept.hidden = !captioned;
    accept.ariaPressed = String(reviewed);
    accept.toggleAttribute("disabled", !canAccept(this.photo));
    const favourite = find(this.element, ".favourite");
    favourite.hidden = !captioned || !store.offers.favourites;
    favourite.ariaPressed = String(this.photo.favourite);
    find(this.element, ".retry").hidden = failure?.retry !== "possible";
    const remove = find(this.element, ".remove");
    remove.hidden = captioned;
    setText(remove, failure ? text.remove : text.cancel);
  }

  focus() {
    this.#focusOneOf(".open", ".retry", ".remove");
  }

  /** Where the keyboard goes when it walks along the list: to what is most likely wanted. */
  focusFirst() {
    this.#focusOneOf(".edit", ".retry", ".remove", ".open");
  }

  /** @param {string[]} selectors  of which the first that is to be seen gets the focus */
  #focusOneOf(...selectors) {
    selectors.map((selector) => find(this.element, selector)).find((button) => button.offsetParent !== null)?.focus();
  }

  edit() {
    this.#editor?.open();
    find(this.element, ".row-text").hidden = this.#editor?.isOpen ?? false;
  }

  /** Marks as reviewed and goes on. */
  async accept() {
    if (!canAccept(this.photo)) return;
    this.#actions.onNext(this);
    await setReviewed(this.photo, true);
  }

  toggleFavourite() {
    if (store.offers.favourites && this.photo.record) toggleFavourite(this.photo);
  }

  #toggleReviewed() {
    setReviewed(this.photo, !this.photo.reviewed);
  }

  #createEditor() {
    return new Editor(this.photo, this.element, (next) => next && this.#actions.onNext(this));
  }

  async #loadPicture() {
    if (!this.#isNear || this.#hasPicture) return;
    const picture = await store.picture(this.photo.key);
    if (!picture || this.#hasPicture) return;
    this.#hasPicture = true;
    const image = /** @type {HTMLImageElement} */ (find(this.element, "img"));
    const release = () => URL.revokeObjectURL(image.src);
    image.addEventListener("load", release);
    image.addEventListener("error", release);
    image.src = URL.createObjectURL(picture);
  }
}
