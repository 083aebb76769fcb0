/**
 * One photo on the page: its picture, and where it stands in words. Knows nothing of the network.
 * Untrusted text (file names, captions, server messages) goes in through textContent and attributes only.
 */

import { text } from "./text.js";

/** @typedef {import("./api.js").CaptionRecord} CaptionRecord */
/** @typedef {import("./api.js").WaitState} WaitState */

const template = /** @type {HTMLTemplateElement} */ (document.getElementById("card"));

export class Card {
  #root;
  #line;
  #detail;
  #progress;
  #retry;

  /**
   * @param {File} file
   * @param {{onRetry: () => void, onRemove: () => void}} actions
   */
  constructor(file, { onRetry, onRemove }) {
    const fragment = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.#root = find(fragment, ".card");
    this.#line = find(this.#root, ".line");
    this.#detail = find(this.#root, ".detail");
    this.#progress = /** @type {HTMLProgressElement} */ (find(this.#root, ".progress"));
    this.#retry = find(this.#root, ".retry");

    find(this.#root, ".name").textContent = file.name;
    this.#progress.ariaLabel = text.upload(file.name);
    this.#label(".retry", text.retry, text.retryNamed(file.name)).addEventListener("click", () => {
      // The button is about to go: without this, keyboard focus would fall back to the top of the page.
      this.#line.focus();
      onRetry();
    });
    this.#label(".remove", text.remove, text.removeNamed(file.name)).addEventListener("click", onRemove);
    this.#showPicture(file);
    this.showQueued();
  }

  get element() {
    return this.#root;
  }

  showQueued() {
    this.#show("queued", text.queued);
  }

  /** @param {number} fraction  of the file that has been sent, 0 to 1 */
  showUpload(fraction) {
    this.#show("uploading", text.uploading);
    this.#progress.value = fraction;
  }

  /** @param {WaitState} state */
  showWaiting(state) {
    this.#show("looking", text.looking, text.details[state]);
  }

  /** @param {CaptionRecord} record */
  showCaption({ alt_text, confidence, alternatives }) {
    // A record has no confidence until its model is calibrated: then nothing is claimed.
    this.#show("captioned", alt_text, confidence === null ? "" : text.confidence(confidence));
    this.#reveal(".by-machine").textContent = text.byMachine;
    if (alternatives.length === 0) return;
    const block = this.#reveal(".alternatives");
    find(block, "h3").textContent = text.alternatives;
    find(block, "ul").replaceChildren(...alternatives.map(({ caption }) => listItem(caption)));
  }

  /** @param {string} message */
  showError(message) {
    this.#show("failed", message);
  }

  /**
   * @param {"queued" | "uploading" | "looking" | "captioned" | "failed"} state
   * @param {string} line
   * @param {string} [detail]
   */
  #show(state, line, detail = "") {
    this.#root.dataset.state = state;
    setText(this.#line, line);
    setText(this.#detail, detail);
    this.#detail.hidden = detail === "";
    this.#progress.hidden = state !== "uploading";
    this.#retry.hidden = state !== "failed";
  }

  /** @param {File} file */
  #showPicture(file) {
    const image = /** @type {HTMLImageElement} */ (find(this.#root, "img"));
    // Not the caption: it is the next thing a screen reader reads, and would be heard twice.
    image.alt = text.photo(file.name);
    image.src = URL.createObjectURL(file);
    const release = () => URL.revokeObjectURL(image.src);
    image.addEventListener("load", release);
    image.addEventListener("error", () => {
      release();
      image.hidden = true;
      this.#reveal(".no-preview").textContent = text.noPreview;
    });
  }

  /**
   * @param {string} selector
   * @param {string} label
   * @param {string} name  says which photo, for those who meet the button without its surroundings
   */
  #label(selector, label, name) {
    const button = find(this.#root, selector);
    button.textContent = label;
    button.ariaLabel = name;
    return button;
  }

  /** @param {string} selector */
  #reveal(selector) {
    const element = find(this.#root, selector);
    element.hidden = false;
    return element;
  }
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
function find(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/**
 * Leaves an element alone that already says so: a live region would be read out again.
 *
 * @param {HTMLElement} element
 * @param {string} words
 */
function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {string} words */
function listItem(words) {
  const item = document.createElement("li");
  item.textContent = words;
  return item;
}
