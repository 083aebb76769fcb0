/** One photo on the page: its picture, and its state in words. Uses no network. */

import { cloneTemplate, find, labelButton } from "../lib/dom.js";
import { text } from "../strings/en.js";
import { Description } from "./description.js";
import { showPicture } from "./picture.js";

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
   * @param {import("../photo.js").Photo} photo
   * @param {File | null} file  null after a reload
   * @param {{onRetry: () => void, onRemove: () => void, onChange: () => void}} actions
   */
  constructor(photo, file, { onRetry, onRemove, onChange }) {
    this.#root = cloneTemplate("card");
    this.#name = photo.name;
    this.#line = find(this.#root, ".line");
    this.#detail = find(this.#root, ".detail");
    this.#progress = /** @type {HTMLProgressElement} */ (find(this.#root, ".progress"));
    this.#description = new Description(this.#root, photo, file, onChange);

    find(this.#root, ".name").textContent = photo.name;
    this.#progress.ariaLabel = text.upload(photo.name);
    this.#root.querySelectorAll("button").forEach((button) => {
      labelButton(button, button.textContent ?? "", photo.name);
    });
    find(this.#root, ".retry").addEventListener("click", () => {
      // The button will be hidden: without this, keyboard focus would go back to the top of the page.
      this.#line.focus();
      onRetry();
    });
    find(this.#root, ".remove").addEventListener("click", onRemove);
    showPicture(find(this.#root, ".picture"), file ?? photo.thumbnail, photo.name);
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
   * @param {"possible" | "pointless" | "with the file"} retry  with the file: it has to be chosen again after a reload
   */
  showFailure(message, retry) {
    this.#show("failed", message, retry === "with the file" ? text.chooseAgain : "");
    find(this.#root, ".retry").hidden = retry !== "possible";
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
    labelButton(find(this.#root, ".remove"), done ? text.close : text.cancel, this.#name);
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
