/** One photo in the gallery: a small picture that opens it, its words, and a box to select it. */

import { copyOf, find } from "../lib/dom.js";
import { altText, sureness } from "../photo.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Entry} Entry */

export class Tile {
  element = copyOf("tile");
  #box = /** @type {HTMLInputElement} */ (find(this.element, "input"));

  /**
   * @param {Entry} entry
   * @param {{onOpen: () => void, onSelect: () => void}} actions
   */
  constructor(entry, { onOpen, onSelect }) {
    this.#box.ariaLabel = text.select(entry.name);
    this.#box.addEventListener("change", onSelect);
    find(this.element, ".open").addEventListener("click", onOpen);
    find(this.element, ".tile-name").textContent = entry.name;
    this.#showPicture(entry.thumbnail);
    this.update(entry);
  }

  /** @param {Entry} entry */
  update(entry) {
    const { decorative, record } = entry;
    find(this.element, ".tile-words").textContent = decorative ? text.decorative : altText(entry) || text.looking;
    this.element.dataset.sureness = entry.own === null ? sureness(record?.confidence) : "own";
  }

  get selected() {
    return this.#box.checked;
  }

  set selected(selected) {
    this.#box.checked = selected;
  }

  /** @param {Blob | null} thumbnail */
  #showPicture(thumbnail) {
    const image = /** @type {HTMLImageElement} */ (find(this.element, "img"));
    image.hidden = thumbnail === null;
    if (!thumbnail) return;
    const release = () => URL.revokeObjectURL(image.src);
    image.addEventListener("load", release);
    image.addEventListener("error", release);
    image.src = URL.createObjectURL(thumbnail);
  }
}
