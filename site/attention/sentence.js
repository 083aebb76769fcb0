/**
 * The generated alt text, each word of which shows where the model looked for it: under the mouse, by touch, or with the
 * arrow keys (one stop for Tab, as a toolbar). It can also be played: every word in turn.
 */

import { createElement } from "../lib/dom.js";
import { text } from "../strings/en.js";
import { centre, unpack } from "./grid.js";
import { Heatmap } from "./heatmap.js";
import { pieces } from "./pieces.js";

/** @typedef {import("../photo.js").Word} Word */

const STEP = 900; // ms for each word while playing

export class Sentence {
  #root;
  #label;
  #heatmap;
  #onPlaying;
  /** @type {Word[]} those that stand in the alt text */
  #words = [];
  /** @type {HTMLButtonElement[]} one for each word */
  #buttons = [];
  /** @type {Float32Array[]} one for each word */
  #attention = [];
  #timer = 0;
  #playing = false;
  #latest = 0;

  /**
   * @param {{root: HTMLElement, canvas: HTMLCanvasElement, label: HTMLElement}} elements  label: the word, on the photo
   * @param {(playing: boolean) => void} onPlaying  told when playing starts or ends
   */
  constructor({ root, canvas, label }, onPlaying) {
    this.#root = root;
    this.#label = label;
    this.#heatmap = new Heatmap(canvas);
    this.#onPlaying = onPlaying;
    root.addEventListener("keydown", (event) => this.#onKey(event));
    root.addEventListener("pointerleave", () => this.#showFocused());
    root.addEventListener("focusout", () => this.#showFocused());
  }

  /**
   * @param {Pick<import("../photo.js").CaptionRecord, "alt_text" | "language" | "words">} record
   * @param {string[]} tags  the first names what to show first in a shared image
   * @returns {boolean} whether there are words to show
   */
  fill({ alt_text, language, words }, tags) {
    const parts = pieces(alt_text, words);
    this.#words = parts.flatMap(({ word }) => word ?? []);
    this.#attention = this.#words.map(({ attention }) => unpack(attention ?? ""));
    this.#latest = Math.max(0, this.#words.findIndex(({ word }) => word === tags[0]));
    const nodes = parts.map(({ text, word }) => (word ? this.#button(text, this.#words.indexOf(word)) : text));
    this.#buttons = nodes.filter((node) => node instanceof HTMLButtonElement);
    this.#root.replaceChildren(...nodes);
    this.#root.lang = language;
    this.#root.hidden = alt_text === "";
    return this.#words.length > 0;
  }

  /** The word whose map was shown last (at first, that of the first tag), and its place in the alt text. */
  get highlight() {
    const word = this.#buttons[this.#latest].textContent ?? "";
    return { cells: this.#attention[this.#latest], word, start: Number(this.#words[this.#latest].start) };
  }

  togglePlaying() {
    if (this.#playing) this.stop();
    else this.#play(0);
  }

  stop() {
    if (!this.#playing) return;
    clearTimeout(this.#timer);
    this.#playing = false;
    this.#onPlaying(false);
    this.#hide();
  }

  /** @param {number} place */
  #play(place) {
    if (place === this.#buttons.length || !this.#root.isConnected) {
      this.stop();
      return;
    }
    if (!this.#playing) this.#onPlaying(true);
    this.#playing = true;
    this.#show(place);
    this.#timer = setTimeout(() => this.#play(place + 1), STEP);
  }

  /**
   * @param {string} printed  the word as it stands in the alt text
   * @param {number} place  among the words
   */
  #button(printed, place) {
    const { probability } = this.#words[place];
    const button = /** @type {HTMLButtonElement} */ (createElement("button", printed, "word"));
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
    this.#label.textContent = this.#buttons[place].textContent;
    this.#label.classList.add("on");
  }

  #hide() {
    this.#buttons.forEach((button) => button.classList.remove("shown"));
    this.#heatmap.hide();
    this.#label.classList.remove("on");
  }

  /** The mouse or the focus has left: back to the word that still has the focus, if one has. */
  #showFocused() {
    if (this.#playing) return;
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
