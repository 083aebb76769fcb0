/**
 * The model's sentence, each word of which shows where the model looked for it: under the mouse, by touch, or with the
 * arrow keys (one stop for Tab, as a toolbar). It can also be walked through word by word.
 */

import { align } from "./align.js";
import { element } from "../lib/dom.js";
import { centre, unpack } from "./grid.js";
import { Heatmap } from "./heatmap.js";
import { text } from "../strings/en.js";

const STEP = 900; // ms for each word on a walk

export class Sentence {
  #root;
  #seen;
  #heatmap;
  #onWalk;
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  /** @type {Float32Array[]} */
  #attention = [];
  #walk = 0;
  #walking = false;
  #latest = 0;

  /**
   * @param {{root: HTMLElement, canvas: HTMLCanvasElement, seen: HTMLElement}} elements  seen: repeats the word on the photo
   * @param {(walking: boolean) => void} onWalk  told when a walk starts or ends
   */
  constructor({ root, canvas, seen }, onWalk) {
    this.#root = root;
    this.#seen = seen;
    this.#heatmap = new Heatmap(canvas);
    this.#onWalk = onWalk;
    root.addEventListener("keydown", (event) => this.#onKey(event));
    root.addEventListener("pointerleave", () => this.#showFocused());
    root.addEventListener("focusout", () => this.#showFocused());
  }

  /**
   * @param {import("../server/api.js").CaptionRecord} record
   * @param {string[]} tags
   * @returns {boolean} whether the sentence could be shown in words
   */
  fill({ alt_text, words }, tags) {
    const pieces = align(alt_text, words.map(({ word }) => word));
    this.#root.hidden = pieces === null || words.length === 0;
    if (pieces === null || this.#root.hidden) return false;
    this.#attention = words.map(({ attention }) => unpack(attention));
    this.#latest = Math.max(0, words.findIndex(({ word }) => word === tags[0]));
    this.#buttons = words.map((word, place) => this.#button(word, place));
    this.#root.replaceChildren(
      ...pieces.map(({ text, word }) => {
        if (word === null) return text;
        this.#buttons[word].textContent = text;
        return this.#buttons[word];
      }),
    );
    return true;
  }

  /** The word whose map was shown last (at first, the one that names something most surely), and its place. */
  get highlight() {
    const button = this.#buttons[this.#latest];
    const before = document.createRange();
    before.setStart(this.#root, 0);
    before.setEndBefore(button);
    return { cells: this.#attention[this.#latest], word: button.textContent ?? "", offset: `${before}`.length };
  }

  toggleWalk() {
    if (this.#walking) this.stop();
    else this.#step(0);
  }

  stop() {
    if (!this.#walking) return;
    clearTimeout(this.#walk);
    this.#walking = false;
    this.#onWalk(false);
    this.#hide();
  }

  /** @param {number} place */
  #step(place) {
    if (place === this.#buttons.length || !this.#root.isConnected) {
      this.stop();
      return;
    }
    if (!this.#walking) this.#onWalk(true);
    this.#walking = true;
    this.#show(place);
    this.#walk = setTimeout(() => this.#step(place + 1), STEP);
  }

  /**
   * @param {import("../server/api.js").Word} word
   * @param {number} place
   */
  #button({ word, probability }, place) {
    const button = /** @type {HTMLButtonElement} */ (element("button", word, "word"));
    button.type = "button";
    button.tabIndex = place === 0 ? 0 : -1;
    button.ariaDescription = text.looked(probability, centre(this.#attention[place]));
    const show = () => {
      this.stop();
      this.#show(place);
    };
    button.addEventListener("pointerenter", show);
    button.addEventListener("focus", show);
    button.addEventListener("click", () => button.focus()); // Safari does not
    return button;
  }

  /** @param {number} place */
  #show(place) {
    this.#latest = place;
    this.#buttons.forEach((button, i) => button.classList.toggle("shown", i === place));
    this.#heatmap.show(this.#attention[place]);
    this.#seen.textContent = this.#buttons[place].textContent;
    this.#seen.classList.add("on");
  }

  #hide() {
    this.#buttons.forEach((button) => button.classList.remove("shown"));
    this.#heatmap.hide();
    this.#seen.classList.remove("on");
  }

  /** The mouse has gone, or the focus: back to the word that still has the focus, if one has. */
  #showFocused() {
    if (this.#walking) return;
    const focused = this.#buttons.findIndex((button) => button === document.activeElement);
    if (focused < 0) this.#hide();
    else this.#show(focused);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const last = this.#buttons.length - 1;
    const now = this.#buttons.findIndex((button) => button === document.activeElement);
    /** @type {Record<string, number>} */
    const places = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: last };
    const next = places[event.key];
    if (event.key === "Escape") this.#hide();
    if (next === undefined || now < 0) return;
    event.preventDefault();
    const place = Math.min(last, Math.max(0, next));
    this.#buttons.forEach((button, i) => (button.tabIndex = i === place ? 0 : -1));
    this.#buttons[place].focus();
  }
}
