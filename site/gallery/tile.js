/** One photo in the gallery: a small picture that opens it, its alt text, and a box to select it. */

import { cloneTemplate, find } from "../lib/dom.js";
import { altText, needsDescription } from "../photo.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Photo} Photo */

export class Tile {
  element = cloneTemplate("tile");
  #box = /** @type {HTMLInputElement} */ (find(this.element, "input"));

  /**
   * @param {Photo} photo
   * @param {{onOpen: () => void, onSelect: () => void}} actions
   */
  constructor(photo, { onOpen, onSelect }) {
    this.#box.ariaLabel = text.select(photo.name);
    this.#box.addEventListener("change", onSelect);
    find(this.element, ".open").addEventListener("click", onOpen);
    find(this.element, ".tile-name").textContent = photo.name;
    this.#showThumbnail(photo.thumbnail);
    this.update(photo);
  }

  /** @param {Photo} photo */
  update(photo) {
    find(this.element, ".tile-words").textContent = words(photo);
    this.element.toggleAttribute("data-needs-description", needsDescription(photo));
  }

  get selected() {
    return this.#box.checked;
  }

  set selected(selected) {
    this.#box.checked = selected;
  }

  /** @param {Blob | null} thumbnail */
  #showThumbnail(thumbnail) {
    const image = /** @type {HTMLImageElement} */ (find(this.element, "img"));
    image.hidden = thumbnail === null;
    if (!thumbnail) return;
    const release = () => URL.revokeObjectURL(image.src);
    image.addEventListener("load", release);
    image.addEventListener("error", release);
    image.src = URL.createObjectURL(thumbnail);
  }
}

/** @param {Photo} photo */
function words(photo) {
  if (photo.record === null) return text.looking;
  if (photo.decorative) return text.decorative;
  return needsDescription(photo) ? text.needsDescription : altText(photo);
}
