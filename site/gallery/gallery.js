/** My photos: what was captioned in this browser, to search, sort, select, export and delete. */

import { download } from "../lib/download.js";
import { find } from "../lib/dom.js";
import { clearNotice, notify } from "../lib/notice.js";
import { cancelDeletions, planDeletions, plannedDeletions, sendDeletions } from "../server/deletion.js";
import { text } from "../strings/en.js";
import { asCsv } from "./export_csv.js";
import { asJson } from "./export_json.js";
import { searchPhotos } from "./search.js";
import { store } from "./store.js";
import { Tile } from "./tile.js";

/** @typedef {import("../photo.js").Photo} Photo */

const root = find(document, "#gallery");
const list = find(root, "#tiles");
const query = /** @type {HTMLInputElement} */ (find(root, "#query"));
const order = /** @type {HTMLSelectElement} */ (find(root, "#order"));
const selectAll = /** @type {HTMLInputElement} */ (find(root, "#all"));
const deleteButton = /** @type {HTMLButtonElement} */ (find(root, "#delete"));

/** @type {Map<string, Tile>} by the photo's id */
const tiles = new Map();
/** @type {Photo[]} those that the search has found, in order */
let shown = [];

/** @param {(photo: Photo) => void} onOpen  told which photo to show in full */
export function startGallery(onOpen) {
  store.addEventListener("change", () => render(onOpen));
  query.addEventListener("input", () => render(onOpen));
  order.addEventListener("change", () => render(onOpen));
  selectAll.addEventListener("change", () => {
    for (const { id } of shown) tileOf(id).selected = selectAll.checked;
    showCounts();
  });
  deleteButton.addEventListener("click", deleteSelected);
  addEventListener("pagehide", clearNotice); // nothing can be undone any more
  sendDeletions(plannedDeletions()); // those that an earlier visit could not send
  find(root, "#csv").addEventListener("click", () => download(asCsv(photosToExport()), "glimpse.csv"));
  find(root, "#json").addEventListener("click", () => download(asJson(photosToExport()), "glimpse.json"));
}

/** @param {(photo: Photo) => void} onOpen */
function render(onOpen) {
  const { photos } = store;
  root.hidden = photos.length === 0;
  find(document, "#to-gallery").hidden = root.hidden;
  for (const id of tiles.keys()) if (!photos.some((photo) => photo.id === id)) tiles.delete(id);
  shown = searchPhotos(photos, query.value, /** @type {import("./search.js").Order} */ (order.value));
  replaceTiles(shown.map((photo) => updatedTile(photo, onOpen).element));
  find(root, "#none").hidden = shown.length > 0;
  showCounts();
}

/**
 * Touches only what has changed in the list: an element that is put back where it was would lose the focus.
 *
 * @param {HTMLElement[]} elements
 */
function replaceTiles(elements) {
  for (const element of [...list.children]) {
    if (!elements.includes(/** @type {HTMLElement} */ (element))) element.remove();
  }
  elements.forEach((element, place) => {
    if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null);
  });
}

/**
 * @param {Photo} photo
 * @param {(photo: Photo) => void} onOpen
 */
function updatedTile(photo, onOpen) {
  const tile = tiles.get(photo.id) ?? new Tile(photo, { onOpen: () => onOpen(photo), onSelect: showCounts });
  tile.update(photo);
  tiles.set(photo.id, tile);
  return tile;
}

/** @param {string} id */
function tileOf(id) {
  return /** @type {Tile} */ (tiles.get(id));
}

function selectedPhotos() {
  return shown.filter(({ id }) => tileOf(id).selected);
}

/** The selected photos, or all that are shown. */
function photosToExport() {
  const selected = selectedPhotos();
  return selected.length > 0 ? selected : shown;
}

function showCounts() {
  const selected = selectedPhotos().length;
  find(root, "#counted").textContent = text.counted(shown.length, selected);
  selectAll.checked = selected > 0 && selected === shown.length;
  selectAll.indeterminate = selected > 0 && selected < shown.length;
  deleteButton.disabled = selected === 0;
}

async function deleteSelected() {
  const deleted = selectedPhotos();
  deleted.forEach(({ id }) => (tileOf(id).selected = false));
  const urls = deleted.map(({ captionUrl }) => captionUrl);
  planDeletions(urls);
  await store.remove(...deleted.map(({ id }) => id));
  const undo = () => {
    cancelDeletions(urls);
    store.put(...deleted);
  };
  notify(text.deleted(deleted.length), undo, () => sendDeletions(urls));
  find(document, "#undo").focus(); // the button that had the focus is disabled, if not gone
}
