/** My photos: what was captioned in this browser, to search, sort, select, export and delete. */

import { find } from "../lib/dom.js";
import { library } from "./store.js";
import { notify } from "../lib/notice.js";
import { save } from "../lib/download.js";
import { found } from "./search.js";
import { asCsv, asJson } from "./export_csv.js";
import { text } from "../strings/en.js";
import { Tile } from "./tile.js";

/** @typedef {import("../photo.js").Entry} Entry */

const root = find(document, "#gallery");
const list = find(root, "#tiles");
const query = /** @type {HTMLInputElement} */ (find(root, "#query"));
const order = /** @type {HTMLSelectElement} */ (find(root, "#order"));
const all = /** @type {HTMLInputElement} */ (find(root, "#all"));
const remove = /** @type {HTMLButtonElement} */ (find(root, "#delete"));

/** @type {Map<string, Tile>} */
const tiles = new Map();
/** @type {Entry[]} those that the search has found, in order */
let shown = [];

/** @param {(entry: Entry) => void} onOpen  told which photo to show in full */
export function startGallery(onOpen) {
  library.addEventListener("change", () => draw(onOpen));
  query.addEventListener("input", () => draw(onOpen));
  order.addEventListener("change", () => draw(onOpen));
  all.addEventListener("change", () => {
    for (const { id } of shown) tileOf(id).selected = all.checked;
    count();
  });
  remove.addEventListener("click", removeSelected);
  find(root, "#csv").addEventListener("click", () => save(asCsv(chosen()), "glimpse.csv"));
  find(root, "#json").addEventListener("click", () => save(asJson(chosen()), "glimpse.json"));
}

/** @param {(entry: Entry) => void} onOpen */
function draw(onOpen) {
  const entries = library.entries;
  root.hidden = entries.length === 0;
  find(document, "#to-gallery").hidden = root.hidden;
  for (const id of tiles.keys()) if (!entries.some((entry) => entry.id === id)) tiles.delete(id);
  shown = found(entries, query.value, /** @type {import("./search.js").Order} */ (order.value));
  arrange(shown.map((entry) => upToDate(entry, onOpen).element));
  find(root, "#none").hidden = shown.length > 0;
  count();
}

/**
 * Touches no more of the list than has changed: an element that is put back where it was would lose the focus.
 *
 * @param {HTMLElement[]} elements
 */
function arrange(elements) {
  for (const element of [...list.children]) {
    if (!elements.includes(/** @type {HTMLElement} */ (element))) element.remove();
  }
  elements.forEach((element, place) => {
    if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null);
  });
}

/**
 * @param {Entry} entry
 * @param {(entry: Entry) => void} onOpen
 */
function upToDate(entry, onOpen) {
  const tile = tiles.get(entry.id) ?? new Tile(entry, { onOpen: () => onOpen(entry), onSelect: count });
  tile.update(entry);
  tiles.set(entry.id, tile);
  return tile;
}

/** @param {string} id */
function tileOf(id) {
  return /** @type {Tile} */ (tiles.get(id));
}

function selected() {
  return shown.filter(({ id }) => tileOf(id).selected);
}

/** What an export takes: the selected photos, or all that are shown. */
function chosen() {
  const some = selected();
  return some.length > 0 ? some : shown;
}

function count() {
  const number = selected().length;
  find(root, "#counted").textContent = text.counted(shown.length, number);
  all.checked = number > 0 && number === shown.length;
  all.indeterminate = number > 0 && number < shown.length;
  remove.disabled = number === 0;
}

async function removeSelected() {
  const gone = selected();
  gone.forEach(({ id }) => (tileOf(id).selected = false));
  await library.remove(...gone.map(({ id }) => id));
  notify(text.deleted(gone.length), () => library.put(...gone));
  find(document, "#undo").focus(); // the button that had the focus is disabled, if not gone
}
