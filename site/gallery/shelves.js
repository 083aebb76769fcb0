/**
 * What stands beside the list of a served folder: years and months, tags, folders and saved searches. Each narrows the
 * list by a condition in the search field, and pressed again it does so no longer.
 */

import { createElement, find, setText } from "../lib/dom.js";
import { text } from "../strings/en.js";
import { ask, focusRow, question } from "./gallery.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {import("../store/collection.js").CollectionStore} CollectionStore */
/** @typedef {{field: string, value: string, label: string, count?: number}} Shelf */

const BESIDE = "(min-width: 60rem)"; // as in folder.css: where they stand beside the list and not before it
const TAGS = 40; // shown before all are asked for
const SOME = 500; // more buttons than that nobody reads
const ALONE = ["date", "folder"]; // of which one replaces another
const PIECE = /-?[a-z]+:"[^"]*"|"[^"]*"?|\S+/gi;

const query = /** @type {HTMLInputElement} */ (find(document, "#query"));
const sides = find(document, "#shelves");
const alike = find(document, "#alike");
let areAllTags = false;
/** @type {{asked: import("./gallery.js").Question, photo: Photo}[]} before photos like one were asked for, latest last */
const before = [];

/** @param {CollectionStore} store */
export function startShelves(store) {
  const order = /** @type {HTMLSelectElement} */ (find(document, "#order"));
  order.prepend(new Option(text.bestFirst, "", true, true));
  const show = () => showAll(store);
  store.subscribe(show);
  query.addEventListener("input", show);
  find(alike, "button").addEventListener("click", goBack);
  sides.hidden = false;
  if (!matchMedia(BESIDE).matches) sides.querySelectorAll("details").forEach((shelf) => (shelf.open = false));
  show();
}

/** @param {Photo} photo  those most like it are shown, until another step is made or undone */
export function searchAlike(photo) {
  before.push({ asked: question(), photo });
  ask({ words: `like:${photo.key}`, order: "", filter: "all" });
  find(alike, "h3").focus();
  alike.scrollIntoView();
}

/** To what was asked before, and to the photo from which it went on. */
function goBack() {
  const rest = pieces().filter((piece) => !piece.startsWith("like:")).join(" ");
  const { asked, photo } = before.pop() ?? { asked: { ...question(), words: rest }, photo: null };
  ask(asked);
  focusRow(photo?.key ?? "");
}

/** @param {CollectionStore} store */
function showAlike(store) {
  const id = valueOf("like");
  if (id === "") before.length = 0;
  alike.hidden = id === "";
  setText(find(alike, "h3"), text.alike(store.get(id)?.name ?? ""));
}

/** @param {string} words  as if they had been typed */
function search(words) {
  ask({ ...question(), words });
}

/** @param {CollectionStore} store */
function showAll(store) {
  setText(find(document, "#folder-problem"), store.state?.problem ?? "");
  showAlike(store);
  showHints(store);
  const { shelves } = store;
  if (!shelves) return;
  const tags = shelves.tags.map(({ word, photos }) => ({ field: "tag", value: word, label: word, count: photos }));
  showShelf("dates", dates(shelves.months));
  showShelf("folders", folders(shelves.folders));
  showShelf("tags", tags.slice(0, areAllTags ? SOME : TAGS));
  const isLong = tags.length > TAGS && !areAllTags;
  const more = find(sides, "#more-tags");
  more.hidden = !isLong;
  more.onclick = () => {
    areAllTags = true;
    showAll(store);
  };
  const albums = shelves.albums.map(({ name, q }) => ({ field: "", value: q, label: name }));
  showShelf("albums", [...albums, { field: "is", value: "favourite", label: text.favourites, count: shelves.states.favourite },
    { field: "is", value: "own", label: text.byPeople, count: shelves.states.own }]);
}

/** @param {string} name @param {Shelf[]} shelves */
function showShelf(name, shelves) {
  const block = find(sides, `#shelf-${name}`);
  const list = find(block, "ul");
  block.hidden = shelves.length === 0;
  const drawn = JSON.stringify([shelves, shelves.map((shelf) => isOn(shelf))]);
  if (list.dataset.drawn === drawn) return; // what has not changed keeps the focus
  list.dataset.drawn = drawn;
  const focused = [...list.children].findIndex((item) => item.contains(document.activeElement));
  list.replaceChildren(...shelves.map(item));
  if (focused >= 0) list.querySelectorAll("button")[Math.min(focused, shelves.length - 1)]?.focus();
}

/** @param {Shelf} shelf */
function item(shelf) {
  const button = createElement("button", shelf.label, "shelf");
  button.setAttribute("type", "button");
  button.ariaPressed = String(isOn(shelf));
  if (shelf.count !== undefined) button.append(" ", createElement("span", String(shelf.count), "shelf-count"));
  button.addEventListener("click", () => search(toggled(shelf)));
  const item = createElement("li", "");
  item.append(button);
  return item;
}

/** @param {CollectionStore} store */
function showHints({ hints }) {
  const corrections = hints.suggestions.map(({ misspelt, word }) => ({
    words: text.didYouMean(word),
    q: query.value.replace(new RegExp(`${misspelt}\\*?`, "iu"), word),
  }));
  const shorter = hints.fewer.map(({ q, total }) => ({ words: text.fewer(q.replace(/\*$/, ""), total), q }));
  const place = find(document, "#hints");
  place.hidden = corrections.length + shorter.length === 0;
  place.replaceChildren(...[...corrections, ...shorter].map(({ words, q }) => {
    const button = createElement("button", words, "button quiet small");
    button.addEventListener("click", () => search(q));
    return button;
  }));
}

/**
 * Years, and of the one that is asked for its months.
 *
 * @param {{month: string, photos: number}[]} months
 * @returns {Shelf[]}
 */
function dates(months) {
  /** @type {Map<string, number>} */
  const years = new Map();
  for (const { month, photos } of months) {
    if (month) years.set(month.slice(0, 4), (years.get(month.slice(0, 4)) ?? 0) + photos);
  }
  const open = valueOf("date").slice(0, 4);
  return [...years].flatMap(([year, count]) => [
    { field: "date", value: year, label: year, count },
    ...months.filter(({ month }) => year === open && month.startsWith(year)).map(({ month, photos }) =>
      ({ field: "date", value: month, label: text.month(month), count: photos })),
  ]);
}

/**
 * The topmost folders, and those within the one that is asked for.
 *
 * @param {{folder: string, photos: number}[]} all
 * @returns {Shelf[]}
 */
function folders(all) {
  const open = valueOf("folder");
  const isSeen = (/** @type {string} */ folder) => {
    const parent = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    return parent === "" || open === parent || open.startsWith(`${parent}/`);
  };
  return all.filter(({ folder }) => isSeen(folder) && !folder.includes('"')).slice(0, SOME)
    .map(({ folder, photos }) => ({ field: "folder", value: folder, label: folder, count: photos }));
}

/** @param {string} field @returns {string} what the search field asks for in it, "" for nothing */
function valueOf(field) {
  const piece = pieces().find((piece) => piece.startsWith(`${field}:`)) ?? "";
  return piece.slice(field.length + 1).replace(/"/g, "");
}

/** @returns {string[]} */
function pieces() {
  return query.value.match(PIECE) ?? [];
}

/** @param {Shelf} shelf */
function isOn(shelf) {
  return shelf.field ? pieces().includes(condition(shelf)) : query.value === shelf.value;
}

/** @param {Shelf} shelf @returns {string} the search with its condition, or without it if it is there */
function toggled(shelf) {
  if (!shelf.field) return isOn(shelf) ? "" : shelf.value;
  const wanted = condition(shelf);
  const rest = pieces().filter((piece) =>
    piece !== wanted && !(ALONE.includes(shelf.field) && piece.startsWith(`${shelf.field}:`)));
  return [...(isOn(shelf) ? [] : [wanted]), ...rest].join(" "); // words stay last: they may be typed on
}

/** @param {Shelf} shelf */
function condition({ field, value }) {
  return `${field}:${/\s/.test(value) ? `"${value}"` : value}`;
}
