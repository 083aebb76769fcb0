/** My photos: what was described in this browser, to review, edit, search, sort, select, export and delete. */

import { announce } from "../lib/announce.js";
import { find, setText } from "../lib/dom.js";
import { altText, isNeutral } from "../photo.js";
import { onActivity } from "../store/activity.js";
import { FILTERS } from "../store/filters.js";
import { store } from "../store/store.js";
import { setNeutral } from "../store/wording.js";
import { text } from "../strings/en.js";
import { startBulk } from "./bulk.js";
import { startKeyboard, walk } from "./keyboard.js";
import { Selection } from "./selection.js";
import { RowWindow } from "./window.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {import("../store/filters.js").Filter} Filter */
/** @typedef {{words: string, order: string, filter: Filter}} Question  what stands above the list */
/** @typedef {{onOpen: (photo: Photo) => void, onRetry: (photo: Photo) => void,
 *             onRemove: (photo: Photo) => void, isHidden: (photos: Photo[]) => boolean}} Actions
 *  isHidden: whether there is no need for the list while these are all photos */

const PAUSE = 120; // ms between two drawings while much happens
const SPOKEN = 800; // ms after the last letter of a search

const root = find(document, "#gallery");
const list = find(root, "#rows");
const query = /** @type {HTMLInputElement} */ (find(root, "#query"));
const order = /** @type {HTMLSelectElement} */ (find(root, "#order"));
const layout = /** @type {HTMLSelectElement} */ (find(root, "#layout"));
const neutral = /** @type {HTMLInputElement} */ (find(root, "#neutral"));
const selectAll = /** @type {HTMLInputElement} */ (find(root, "#all"));

const selection = new Selection();
/** @type {Photo[]} those that the search and the filter have found, in order */
let shown = [];
/** @type {Filter} */
let filter = "all";
/** @type {RowWindow} */
let rows;
/** @type {(photos: Photo[]) => boolean} */
let isHidden = () => false;

/** @type {Set<string>} keys of photos that have changed since the list was drawn */
const changed = new Set();
let timer = 0;
let spoken = 0;
let drawing = Promise.resolve();

/** @param {Actions} actions */
export function startGallery(actions) {
  isHidden = actions.isHidden;
  rows = new RowWindow(root, {
    onOpen: ({ photo }) => actions.onOpen(photo),
    onSelect: ({ photo: { key } }, selected, range) => {
      selection.set(key, selected, range ? shown.map((photo) => photo.key) : undefined);
      if (range) rows.updateAll();
      showCounts();
    },
    onNext: (row) => walk(rows, row, 1),
    onRetry: actions.onRetry,
    onRemove: actions.onRemove,
  }, (key) => selection.has(key));
  store.subscribe((keys) => {
    keys.forEach((key) => changed.add(key));
    timer ||= setTimeout(redraw, PAUSE);
    if (keys.length === 1) rows.update(keys[0]); // what was just pressed is answered at once
  });
  onActivity((key) => rows.update(key));
  startKeyboard(list, rows);
  startTools();
  startBulk(root, { selected, shown: () => shown, deselect: () => selection.clear() });
}

/** Draws the list anew, as when the photo that is shown in full has changed. */
export function redraw() {
  clearTimeout(timer);
  timer = 0;
  const keys = new Set(changed);
  changed.clear();
  drawing = drawing.then(() => draw({ changed: keys }));
}

/** @param {string} words  to search for, as if they had been typed */
export function search(words) {
  ask({ ...question(), words });
  query.focus();
  root.scrollIntoView();
}

/** @returns {Question} */
export function question() {
  return { words: query.value, order: order.value, filter };
}

/** @param {Question} question  as if it had been typed and chosen */
export function ask(question) {
  order.value = question.order;
  filter = question.filter;
  /** @type {HTMLInputElement} */ (find(root, `#filters [value="${filter}"]`)).checked = true;
  query.value = question.words;
  query.dispatchEvent(new Event("input"));
}

/** @param {string} key  of a photo whose row gets the focus; without it in the list, the list itself does */
export async function focusRow(key) {
  await drawing; // it may not be in the page yet
  const row = rows.at(rows.placeOf(key));
  if (row) row.focus();
  else if (!root.hidden) find(root, "#gallery-heading").focus();
  else find(document, "#files").focus({ preventScroll: true });
}

function startTools() {
  layout.addEventListener("change", () => (list.dataset.layout = layout.value));
  for (const name of /** @type {Filter[]} */ (Object.keys(FILTERS))) addFilter(name);
  query.addEventListener("input", () => {
    redrawFromStart();
    clearTimeout(spoken);
    spoken = setTimeout(() => announce(text.found(shown.length)), SPOKEN);
  });
  order.addEventListener("change", redrawFromStart);
  neutral.addEventListener("change", () => setNeutral(neutral.checked));
  selectAll.addEventListener("change", () => {
    if (selectAll.checked) selection.add(shown.map(({ key }) => key));
    else selection.clear();
    rows.updateAll();
    showCounts();
  });
}

/** @param {Filter} name */
function addFilter(name) {
  const label = document.createElement("label");
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "filter", value: name, checked: name === filter });
  radio.addEventListener("change", () => {
    filter = name;
    redrawFromStart();
  });
  label.append(radio, document.createElement("span"));
  find(root, "#filters").append(label);
}

function redrawFromStart() {
  drawing = drawing.then(() => draw({ restart: true }));
}

/** @param {{restart?: boolean, changed?: Set<string>}} options */
async function draw(options) {
  const focused = rows.focused;
  const place = focused ? rows.placeOf(focused.photo.key) : -1;
  const photos = store.list();
  const edited = focused && focused.photo.draft !== null ? focused.photo : undefined;
  const sorted = /** @type {import("../store/browser/search.js").Order} */ (order.value);
  shown = await store.search(query.value, sorted, filter, edited);
  root.hidden = isHidden(photos);
  find(document, "#to-gallery").hidden = root.hidden;
  selection.retain((key) => store.get(key) !== undefined);
  rows.show(shown, options);
  if (focused && !focused.element.isConnected) focusPlace(place);
  find(root, "#none").hidden = shown.length > 0;
  find(root, "#wording").hidden = !photos.some(({ record }) => record?.neutral);
  neutral.checked = isNeutral();
  showFilters(await store.counts());
  showProgress(store.progress());
  showCounts();
}

/** @param {number} place  of a row that has gone: the focus moves to the one that took its place */
function focusPlace(place) {
  const row = rows.at(Math.min(place, shown.length - 1));
  if (row) row.focusFirst();
  else if (!root.hidden) find(root, "#gallery-heading").focus();
}

/** @param {Record<Filter, number>} found */
function showFilters(found) {
  for (const label of root.querySelectorAll("#filters label")) {
    const name = /** @type {Filter} */ (/** @type {HTMLInputElement} */ (label.querySelector("input")).value);
    setText(find(/** @type {HTMLElement} */ (label), "span"), text.filters[name](found[name]));
  }
}

/** @param {import("../store/filters.js").Progress | null} progress */
function showProgress(progress) {
  find(root, "#overall").hidden = progress === null;
  if (!progress) return;
  const bar = /** @type {HTMLProgressElement} */ (find(root, "#overall-bar"));
  bar.max = progress.total;
  bar.value = progress.done + progress.failed;
  setText(find(root, "#overall-words"), text.progress(progress));
}

function selected() {
  return shown.filter(({ key }) => selection.has(key));
}

function showCounts() {
  const count = selected().length;
  setText(find(root, "#counted"), text.counted(shown.length, count));
  selectAll.checked = count > 0 && count === shown.length;
  selectAll.indeterminate = count > 0 && count < shown.length;
  find(root, "#delete").toggleAttribute("disabled", count === 0);
  find(root, "#copy-all").toggleAttribute("disabled", !shown.some(altText));
  setText(find(root, "#copy-all"), count > 0 ? text.copySelected : text.copyAll);
}
