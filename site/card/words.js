/** The words of a description with their heat maps over the card's picture, and the heat map as a file. */

import { Sentence } from "../attention/sentence.js";
import { find, setText } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { notify } from "../lib/notice.js";
import { generatedAltText, tagWords, wording } from "../photo.js";
import { store } from "../store/store.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").CaptionRecord} CaptionRecord */
/** @typedef {import("../photo.js").Photo} Photo */

/** @type {WeakMap<HTMLElement, Sentence>} by card */
const sentences = new WeakMap();

/**
 * @param {HTMLElement} card
 * @param {Photo} photo  with a record
 * @param {boolean} open
 */
export async function showWords(card, photo, open) {
  const sentence = sentences.get(card) ?? create(card, photo);
  sentence.stop();
  if (!open) return;
  const record = /** @type {CaptionRecord} */ (await store.fullRecord(photo));
  sentence.fill({ ...wording(record), language: record.language }, tagWords(photo));
}

/**
 * @param {HTMLElement} card
 * @param {Photo} photo
 */
function create(card, photo) {
  const play = find(card, ".play");
  const label = play.textContent ?? "";
  const canvas = /** @type {HTMLCanvasElement} */ (find(card, ".heat"));
  const elements = { root: find(card, ".sentence"), canvas, label: find(card, ".word-label") };
  const sentence = new Sentence(elements, (playing) => {
    setText(play, playing ? text.stop : label);
    play.classList.toggle("playing", playing);
  });
  sentences.set(card, sentence);
  play.addEventListener("click", () => sentence.togglePlaying());
  find(card, ".share-image").addEventListener("click", () => save(card, photo, sentence));
  find(card, ".player").hidden = find(card, ".frame").hidden;
  return sentence;
}

/**
 * @param {HTMLElement} card
 * @param {Photo} photo
 * @param {Sentence} sentence
 */
async function save(card, photo, sentence) {
  const image = /** @type {HTMLImageElement} */ (find(card, ".frame img"));
  try {
    const { drawShareImage } = await import("../attention/share_image.js");
    download(await drawShareImage(image, sentence.highlight, generatedAltText(photo)), text.shareImageName(photo.name));
    notify(text.shareImageSaved);
  } catch (error) {
    reportError(error);
    notify(text.errors.unreachable);
  }
}
