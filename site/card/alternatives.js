/** Other captions that the model considered, each of which can take the place of the first. */

import { createElement, find } from "../lib/dom.js";
import { text } from "../strings/en.js";

/**
 * @param {HTMLElement} block
 * @param {import("../photo.js").CaptionRecord} record
 * @param {(sentence: string) => void} onUse  told which one was chosen
 */
export function showAlternatives(block, { alternatives, language }, onUse) {
  const list = find(block, "ul");
  block.hidden = alternatives.length === 0;
  list.lang = language;
  list.replaceChildren(...alternatives.map(({ caption }) => item(asSentence(caption), onUse)));
}

/**
 * @param {string} sentence
 * @param {(sentence: string) => void} onUse
 */
function item(sentence, onUse) {
  const button = createElement("button", sentence, "alternative");
  button.setAttribute("type", "button");
  button.ariaLabel = text.use(sentence);
  button.addEventListener("click", () => onUse(sentence));
  const item = createElement("li", "");
  item.append(button);
  return item;
}

/** @param {string} caption */
function asSentence(caption) {
  return `${caption[0]?.toUpperCase() ?? ""}${caption.slice(1)}.`;
}
