/** One photo in full: its alt text or its state in words, what can be done with it, its picture. Uses no network. */

import { cloneTemplate, find, setText } from "../lib/dom.js";
import { startMenu } from "../lib/menu.js";
import { toggleFavourite } from "../store/changes.js";
import { store } from "../store/store.js";
import { text } from "../strings/en.js";
import { Description } from "./description.js";
import { showPicture } from "./picture.js";
import { stateOf } from "../store/status.js";

/** @typedef {import("../photo.js").Photo} Photo */

export class Card {
  element = cloneTemplate("card");
  photo;
  #line = find(this.element, ".line");
  #detail = find(this.element, ".detail");
  #progress = /** @type {HTMLProgressElement} */ (find(this.element, ".progress"));
  /** @type {Description | null} */
  #description = null;
  #onTag;

  /**
   * @param {Photo} photo
   * @param {{onRetry: () => void, onRemove: () => void, onTag: (tag: string) => void, onAlike: () => void}} actions
   *   onAlike: told when photos like this one are asked for
   */
  constructor(photo, { onRetry, onRemove, onTag, onAlike }) {
    this.photo = photo;
    this.#onTag = onTag;
    const name = find(this.element, ".name");
    name.textContent = photo.name;
    name.id = `card-${photo.key}`;
    this.element.setAttribute("aria-labelledby", name.id);
    this.#progress.ariaLabel = text.upload;
    find(this.element, ".retry").addEventListener("click", () => {
      this.focus(); // the button will be hidden
      onRetry();
    });
    find(this.element, ".remove").addEventListener("click", onRemove);
    find(this.element, ".favourite").addEventListener("click", () => toggleFavourite(photo));
    find(this.element, ".alike").addEventListener("click", onAlike);
    startMenu(find(this.element, ".menu"));
    this.#showPicture();
    this.update();
  }

  focus() {
    this.#line.focus();
  }

  /** Shows the photo as it is now. */
  update() {
    const { state, line, detail, fraction } = stateOf(this.photo);
    this.element.dataset.state = state;
    setText(this.#line, line);
    setText(this.#detail, detail);
    this.#detail.hidden = detail === "";
    this.#progress.hidden = fraction === undefined;
    this.#progress.value = fraction ?? 0;
    find(this.element, ".retry").hidden = this.photo.failure?.retry !== "possible";
    const remove = state === "failed" ? text.remove : state === "captioned" ? text.close : text.cancel;
    setText(find(this.element, ".remove"), remove);
    if (state !== "captioned") return;
    this.#description ??= new Description(this.element, this.photo, this.#onTag);
    this.#description.show();
    find(this.element, ".favourite").hidden = !store.offers.favourites;
    find(this.element, ".favourite").ariaPressed = String(this.photo.favourite);
    find(this.element, ".alike").hidden = !store.offers.alike;
  }

  async #showPicture() {
    const { key } = this.photo;
    showPicture(find(this.element, ".picture"), (await store.file(key)) ?? (await store.picture(key)));
  }
}
