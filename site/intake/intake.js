/** How photos come in: chosen, taken with the camera, dropped anywhere on the page, pasted, or one of the examples. */

import { readExample } from "../server/api.js";
import { find } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { text } from "../strings/en.js";

/** @typedef {(files: File[]) => void} Take */

const drop = find(document, "#drop");

/** @param {Take} take */
export function startIntake(take) {
  for (const id of ["#files", "#camera"]) {
    const input = /** @type {HTMLInputElement} */ (find(document, id));
    input.addEventListener("change", () => {
      take([...(input.files ?? [])]);
      input.value = ""; // so that choosing the same file again is a change too
    });
  }
  takeDrops(take);
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return; // words, for some field
    event.preventDefault();
    take(files);
  });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".example"))) {
    button.addEventListener("click", () => takeExample(button, take));
  }
}

/**
 * The whole page takes the drop: a photo let go beside the frame would otherwise replace the page.
 *
 * @param {Take} take
 */
function takeDrops(take) {
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
    take(files);
    if (files.length < items.length) notify(text.folderDropped);
  });
}

/** @param {DataTransferItem} item */
function isFolder(item) {
  return item.webkitGetAsEntry()?.isDirectory ?? false;
}

/**
 * @param {HTMLElement} button
 * @param {Take} take
 */
async function takeExample(button, take) {
  const { src } = /** @type {HTMLImageElement} */ (find(button, "img"));
  try {
    take([await readExample(src, src.slice(src.lastIndexOf("/") + 1))]);
  } catch {
    notify(text.errors.unreachable);
  }
}
