/** How photos come in: chosen, taken with the camera, dropped anywhere on the page, pasted, or one of the examples. */

import { find } from "../lib/dom.js";
import { notify } from "../lib/notice.js";
import { readFile } from "../server/api.js";
import { limits } from "../server/limits.js";
import { text } from "../strings/en.js";

/** @typedef {(files: File[], options?: {example?: boolean}) => void} OnFiles */

const dropZone = find(document, "#drop");
const fileInput = /** @type {HTMLInputElement} */ (find(document, "#files"));
const camera = /** @type {HTMLInputElement} */ (find(document, "#camera"));

/** @param {OnFiles} onFiles */
export function startIntake(onFiles) {
  for (const input of [fileInput, camera]) {
    const take = () => {
      onFiles([...(input.files ?? [])]);
      input.value = ""; // so that choosing the same file again is a change too
    };
    input.addEventListener("change", take);
    if (input.files?.length) take(); // somebody was quicker than this script
  }
  limits.then(showLimits);
  acceptDrops(onFiles);
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return; // text, for some field
    event.preventDefault();
    onFiles(files);
  });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".example"))) {
    button.addEventListener("click", () => openExample(button, onFiles));
  }
}

/** @param {import("../server/limits.js").Limits} limits */
function showLimits({ formats, maxBytes }) {
  fileInput.accept = formats.flatMap(({ content_types, suffixes }) => [...content_types, ...suffixes]).join(",");
  find(document, "#limits").textContent = text.limits(formats.map(({ name }) => name), maxBytes);
}

/**
 * The whole page takes the drop: a photo dropped beside the frame would otherwise replace the page.
 *
 * @param {OnFiles} onFiles
 */
function acceptDrops(onFiles) {
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    dropZone.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) dropZone.classList.remove("over"); // it has left the window
  });
  addEventListener("drop", (event) => {
    dropZone.classList.remove("over");
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file");
    takeDropped(items, onFiles);
  });
}

/**
 * Reads everything from the event at once: it is empty as soon as its listeners have returned.
 *
 * @param {DataTransferItem[]} items
 * @param {OnFiles} onFiles
 */
async function takeDropped(items, onFiles) {
  const found = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const folders = found.flatMap(({ entry }) => (entry?.isDirectory ? entry : []));
  const files = found.flatMap(({ entry, file }) => (file && !entry?.isDirectory ? file : []));
  if (folders.length === 0) return onFiles(files);
  const { photosIn } = await import("./folders.js");
  const inFolders = await photosIn(folders, await limits);
  if (files.length + inFolders.length > 0) onFiles([...files, ...inFolders]);
  else notify(text.emptyFolder);
}

/**
 * @param {HTMLElement} button
 * @param {OnFiles} onFiles
 */
async function openExample(button, onFiles) {
  const { src } = /** @type {HTMLImageElement} */ (find(button, "img"));
  try {
    onFiles([await readFile(src, src.slice(src.lastIndexOf("/") + 1))], { example: true });
  } catch {
    notify(text.errors.unreachable);
  }
}
