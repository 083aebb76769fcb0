/** Wires the page: files come in by the input or by a drop, and each gets a card and a place in the queue. */

import { Card } from "./card.js";
import { describe } from "./describe.js";
import { queueOf } from "./queue.js";
import { text } from "./text.js";

/** @typedef {import("./describe.js").Photo} Photo */

const input = /** @type {HTMLInputElement} */ (document.getElementById("files"));
const drop = /** @type {HTMLElement} */ (document.getElementById("drop"));
const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
const photos = /** @type {HTMLElement} */ (document.getElementById("photos"));

const enqueue = queueOf(3); // more at once would only make each of them slower

input.addEventListener("change", () => {
  add([...(input.files ?? [])]);
  input.value = ""; // so that choosing the same file again is a change too
});

// The whole page takes the drop: a photo let go beside the frame would otherwise replace the page.
addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  drop.classList.add("over");
});

addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) drop.classList.remove("over"); // it has left the window
});

addEventListener("drop", (event) => {
  drop.classList.remove("over");
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file");
  const files = items.filter((item) => !isFolder(item)).flatMap((item) => item.getAsFile() ?? []);
  add(files);
  if (files.length < items.length) notice.textContent = text.folderDropped;
});

/** @param {DataTransferItem} item */
function isFolder(item) {
  return item.webkitGetAsEntry()?.isDirectory ?? false;
}

/** @param {File[]} files */
function add(files) {
  notice.textContent = "";
  const added = files.map(newPhoto);
  photos.prepend(...added.map(({ card }) => card.element));
  added.forEach(start);
}

/**
 * @param {File} file
 * @returns {Photo}
 */
function newPhoto(file) {
  const card = new Card(file, { onRetry: () => start(photo), onRemove: () => remove(photo) });
  /** @type {Photo} */
  const photo = { file, card, abort: new AbortController() };
  return photo;
}

/** @param {Photo} photo */
function start(photo) {
  photo.card.showQueued();
  enqueue(() => describe(photo));
}

/** @param {Photo} photo */
function remove({ card, abort }) {
  abort.abort();
  card.element.remove();
  input.focus({ preventScroll: true }); // its button had the focus, and is gone
}
