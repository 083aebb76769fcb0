/** A photo's tags: each searches for itself, can be removed, and others can be added. */

import { createElement, find } from "../lib/dom.js";
import { tagWords } from "../photo.js";
import { text } from "../strings/en.js";
import { setTags } from "../store/changes.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @param {HTMLElement} block  of the card
 * @param {Photo} photo  with a record
 * @param {(tag: string) => void} onTag  told which one was pressed
 */
export function showTags(block, photo, onTag) {
  const list = find(block, ".tags");
  const focused = list.contains(document.activeElement);
  list.lang = photo.record?.language ?? "";
  list.replaceChildren(...tagWords(photo).map((tag) => item(photo, tag, onTag)), addition(photo));
  if (focused) find(list, "input").focus();
}

/**
 * @param {Photo} photo
 * @param {string} tag
 * @param {(tag: string) => void} onTag
 */
function item(photo, tag, onTag) {
  const search = createElement("button", tag, "tag");
  search.ariaLabel = text.searchFor(tag);
  search.addEventListener("click", () => onTag(tag));
  const remove = createElement("button", "×", "tag-remove");
  remove.ariaLabel = text.removeTag(tag);
  remove.addEventListener("click", () => setTags(photo, tagWords(photo).filter((word) => word !== tag)));
  const item = createElement("li", "");
  for (const button of [search, remove]) button.setAttribute("type", "button");
  item.append(search, remove);
  return item;
}

/** @param {Photo} photo */
function addition(photo) {
  const input = /** @type {HTMLInputElement} */ (createElement("input", "", "tag-new"));
  input.ariaLabel = text.addTag;
  input.placeholder = text.addTag;
  input.maxLength = 60;
  input.autocomplete = "off";
  input.addEventListener("keydown", (event) => {
    const tag = input.value.trim();
    if (event.key !== "Enter" || event.isComposing || tag === "") return;
    event.preventDefault();
    setTags(photo, [...tagWords(photo).filter((word) => word !== tag), tag]);
  });
  const item = createElement("li", "");
  item.append(input);
  return item;
}
