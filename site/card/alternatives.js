/** Other captions that the model considered, each of which can take the place of the first. */

import { createElement, find } from "../lib/dom.js";
import { altText, wording } from "../photo.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * @param {HTMLElement} block
 * @param {Photo} photo  with a record
 * @param {(sentence: string) => void} onUse  told which one was chosen
 */
export function showAlternatives(block, photo, onUse) {
  const sentences = alternatives(photo);
  const list = find(block, "ul");
  const focused = list.contains(document.activeElement);
  block.hidden = sentences.length === 0;
  list.lang = photo.record?.language ?? "";
  list.replaceChildren(...sentences.map((sentence) => item(sentence, onUse)));
  if (focused) (list.querySelector("button") ?? find(/** @type {HTMLElement} */ (block.closest(".card")), ".line")).focus();
}

/**
 * @param {Photo} photo
 * @returns {string[]} those that say something else than the alt text does, and than each other
 */
export function alternatives(photo) {
  const said = new Set([bare(altText(photo))]);
  const { record } = photo;
  return (record ? wording(record).alternatives : []).map(({ caption }) => asSentence(caption)).filter((sentence) => {
    const isNew = !said.has(bare(sentence));
    said.add(bare(sentence));
    return isNew;
  });
}

/**
 * @param {string} sentence
 * @param {(sentence: string) => void} onUse
 */
function item(sentence, onUse) {
  const button = createElement("button", text.use, "button quiet small use");
  button.setAttribute("type", "button");
  button.ariaLabel = text.useInstead(sentence);
  button.addEventListener("click", () => onUse(sentence));
  const item = createElement("li", "", "alternative");
  item.append(createElement("span", sentence), button);
  return item;
}

/** @param {string} caption */
function asSentence(caption) {
  return `${caption[0]?.toUpperCase() ?? ""}${caption.slice(1)}.`;
}

/** @param {string} sentence  returned without what does not change its meaning: the hedge, articles, case, full stop */
function bare(sentence) {
  return sentence.toLowerCase().replace(/^possibly /, "").replace(/\b(a|an|the)\s/g, "").replace(/\.$/, "").trim();
}
