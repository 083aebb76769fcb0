/**
 * One photo on the page: its picture, and where it stands in words. Knows nothing of the network.
 * Untrusted text (file names, captions, server messages) goes in through textContent and attributes only.
 */

import { Description } from "./description.js";
import { copyOf, find, write } from "../lib/dom.js";
import { showPicture } from "./picture.js";
import { text } from "../strings/en.js";

/** @typedef {import("../server/polling.js").WaitState} WaitState */
/** @typedef {"queued" | "uploading" | "busy" | "offline" | "looking" | "captioned" | "failed"} State */

export class Card {
  #root;
  #name;
  #line;
  #detail;
  #progress;
  #description;

  /**
   * @param {import("../photo.js").Entry} entry
   * @param {File | null} file
   * @param {{onRetry: () => void, onRemove: () => void, onChange: () => void}} actions
   */
  constructor(entry, file, { onRetry, onRemove, onChange }) {
    this.#root = copyOf("card");
    this.#name = entry.name;
    this.#line = find(this.#root, ".line");
    this.#detail = find(this.#root, ".detail");
    this.#progress = /** @type {HTMLProgressElement} */ (find(this.#root, ".progress"));
    this.#description = new Description(this.#root, entry, file, onChange);

    find(this.#root, ".name").textContent = entry.name;
    this.#progress.ariaLabel = text.upload(entry.name);
    this.#root.querySelectorAll("button[data-text]").forEach((button) => {
      write(button, button.textContent ?? "", entry.name);
    });
    find(this.#root, ".retry").addEventListener("click", () => {
      // The button is about to go: without this, keyboard focus would fall back to the top of the page.
      this.#line.focus();
      onRetry();
    });
    find(this.#root, ".remove").addEventListener("click", onRemove);
    showPicture(find(this.#root, ".picture"), file ?? entry.thumbnail, entry.name);
    this.showQueued();
  }

  get element() {
    return this.#root;
  }

  focus() {
    this.#line.focus();
  }

  showQueued() {
    this.#show("queued", text.queued);
  }

  /** @param {number} fraction  of the file that has been sent, 0 to 1 */
  showUpload(fraction) {
    this.#show("uploading", text.uploading);
    this.#progress.value = fraction;
  }

  /** @param {number} ms  until the next try */
  showBusy(ms) {
    this.#show("busy", text.busy, text.busyFor(Math.ceil(ms / 1000)));
  }

  showOffline() {
    this.#show("offline", text.offline, text.details.offline);
  }

  /** @param {WaitState} state */
  showWaiting(state) {
    this.#show("looking", text.looking, text.details[state]);
  }

  showCaption() {
    this.#show("captioned", "");
    this.#description.show();
  }

  /**
   * @param {string} message
   * @param {"possible" | "pointless" | "with the file"} again  with the file: which a reload has taken away
   */
  showFailure(message, again) {
    this.#show("failed", message, again === "with the file" ? text.chooseAgain : "");
    find(this.#root, ".retry").hidden = again !== "possible";
  }

  /**
   * @param {State} state
   * @param {string} line  empty: left to the description
   * @param {string} [detail]
   */
  #show(state, line, detail = "") {
    this.#root.dataset.state = state;
    if (line) setText(this.#line, line);
    setText(this.#detail, detail);
    this.#detail.hidden = detail === "";
    this.#progress.hidden = state !== "uploading";
    find(this.#root, ".retry").hidden = true;
    const done = state === "captioned" || state === "failed";
    write(find(this.#root, ".remove"), done ? text.close : text.cancel, this.#name);
  }
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
