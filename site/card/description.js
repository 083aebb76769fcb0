/** The part of a card that shows a caption, how certain it is, and what can be done with the alt text. */

import { Sentence } from "../attention/sentence.js";
import { createElement, find, labelButton } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { Failure } from "../lib/failure.js";
import { notify } from "../lib/notice.js";
import { altText, needsDescription, tagWords } from "../photo.js";
import { text } from "../strings/en.js";
import { showAlternatives } from "./alternatives.js";
import { copy } from "./clipboard.js";
import { Editor } from "./editor.js";
import { asHtml, asMarkdown } from "./snippets.js";
import { showIfVoice, speak } from "./speech.js";

/** @typedef {import("../photo.js").CaptionRecord} CaptionRecord */
/** @typedef {import("../photo.js").Photo} Photo */

export class Description {
  #card;
  #photo;
  #file;
  #onChange;
  #sentence;
  #editLabel;

  /**
   * @param {HTMLElement} card
   * @param {Photo} photo
   * @param {File | null} file
   * @param {() => void} onChange  told when a person has changed the alt text
   */
  constructor(card, photo, file, onChange) {
    this.#card = card;
    this.#photo = photo;
    this.#file = file;
    this.#onChange = onChange;
    this.#editLabel = find(card, ".edit").textContent ?? "";
    this.#sentence = this.#createSentence();
    new Editor(card, {
      text: () => photo.own ?? record(photo).alt_text,
      onSave: (words) => this.#setOwn(words === record(photo).alt_text ? null : words || null),
    });
    this.#addListeners();
  }

  #createSentence() {
    const play = find(this.#card, ".play");
    const playLabel = play.textContent ?? "";
    const canvas = /** @type {HTMLCanvasElement} */ (find(this.#card, ".heat"));
    const elements = { root: find(this.#card, ".sentence"), canvas, label: find(this.#card, ".word-label") };
    return new Sentence(elements, (playing) => {
      labelButton(play, playing ? text.stop : playLabel, this.#photo.name);
      play.classList.toggle("playing", playing);
    });
  }

  /** Fills the card from the photo's record. */
  show() {
    const { language } = record(this.#photo);
    find(this.#card, ".described").hidden = false;
    const hasWords = this.#sentence.fill(record(this.#photo), tagWords(this.#photo));
    find(this.#card, ".player").hidden = !hasWords || find(this.#card, ".frame").hidden;
    this.#showCertainty();
    this.#showTags();
    showAlternatives(find(this.#card, ".alternatives"), record(this.#photo), (sentence) => {
      this.#setOwn(sentence);
      notify(text.used);
    });
    showIfVoice(find(this.#card, ".speak"), language);
    this.#showDownload();
    loadShareImage().catch(() => {}); // tried again when it is asked for
    this.#showAltText();
  }

  /** The parts that change when a person writes the alt text or marks the photo as decorative. */
  #showAltText() {
    const { own, decorative } = this.#photo;
    const missing = needsDescription(this.#photo);
    const generated = own === null && !decorative && !missing;
    const withheld = record(this.#photo).certainty === "none";
    const line = find(this.#card, ".line");
    line.textContent = decorative ? text.decorative : missing ? text.needsDescription : altText(this.#photo);
    line.classList.toggle("visually-hidden", generated); // the sentence says it, word by word
    this.#card.dataset.altText = decorative ? "decorative" : missing ? "missing" : own === null ? "generated" : "own";
    find(this.#card, ".original").hidden = generated || withheld;
    find(this.#card, ".by-machine").hidden = withheld;
    find(this.#card, ".restore").hidden = own === null || withheld;
    find(this.#card, ".publish").hidden = missing;
    find(this.#card, ".decorative").ariaPressed = String(decorative);
    find(this.#card, ".speak").toggleAttribute("disabled", decorative);
    find(this.#card, ".download").toggleAttribute("disabled", decorative);
    const edit = find(this.#card, ".edit");
    labelButton(edit, missing ? text.describe : this.#editLabel, this.#photo.name);
    edit.classList.toggle("primary", missing); // the next thing to do
    edit.classList.toggle("quiet", !missing);
  }

  #addListeners() {
    const photo = this.#photo;
    this.#onClick(".copy-alt", () => copyText(altText(photo), text.copiedAlt));
    this.#onClick(".copy-html", () => copyText(asHtml(photo), text.copiedHtml));
    this.#onClick(".copy-markdown", () => copyText(asMarkdown(photo), text.copiedMarkdown));
    this.#onClick(".speak", () => speak(altText(photo), record(photo).language));
    this.#onClick(".play", () => this.#sentence.togglePlaying());
    this.#onClick(".share-image", () => this.#saveShareImage());
    this.#onClick(".download", () => this.#downloadWithAltText());
    this.#onClick(".restore", () => {
      this.#setOwn(null);
      find(this.#card, ".edit").focus(); // the button has gone
    });
    this.#onClick(".decorative", () => {
      photo.decorative = !photo.decorative;
      this.#changed();
    });
  }

  /**
   * @param {string} selector
   * @param {() => void} action
   */
  #onClick(selector, action) {
    find(this.#card, selector).addEventListener("click", action);
  }

  /** @param {string | null} words  null: back to the generated alt text */
  #setOwn(words) {
    this.#photo.own = words;
    this.#photo.decorative = false;
    this.#changed();
  }

  #changed() {
    this.#showAltText();
    this.#onChange();
  }

  #showCertainty() {
    const { certainty, confidence } = record(this.#photo);
    this.#card.dataset.certainty = certainty;
    find(this.#card, ".certainty-words").textContent = text.certainty[certainty](confidence);
    const meter = /** @type {HTMLMeterElement} */ (find(this.#card, "meter"));
    meter.hidden = confidence === null || certainty === "none";
    meter.value = confidence ?? 0;
  }

  #showTags() {
    const list = find(this.#card, ".tags");
    list.lang = record(this.#photo).language;
    list.replaceChildren(...tagWords(this.#photo).map((tag) => createElement("li", tag)));
    list.hidden = list.childElementCount === 0;
  }

  async #showDownload() {
    if (!this.#file) return;
    const { canEmbed } = await loadEmbedding();
    if (await canEmbed(this.#file)) find(this.#card, ".download").hidden = false;
  }

  async #downloadWithAltText() {
    if (!this.#file) return;
    try {
      const { embed } = await loadEmbedding();
      const { language } = record(this.#photo);
      const words = { words: altText(this.#photo), language, tags: tagWords(this.#photo) };
      download(await embed(this.#file, words), this.#file.name);
      notify(text.downloaded);
    } catch (error) {
      if (!(error instanceof Failure)) reportError(error);
      const isDamaged = error instanceof Failure && error.code === "damaged_metadata";
      notify(isDamaged ? text.errors.damaged_metadata : text.errors.no_room);
    }
  }

  async #saveShareImage() {
    const image = /** @type {HTMLImageElement} */ (find(this.#card, ".frame img"));
    try {
      const { drawShareImage } = await loadShareImage();
      const drawn = await drawShareImage(image, this.#sentence.highlight, record(this.#photo).alt_text);
      download(drawn, text.shareImageName(this.#photo.name));
      notify(text.shareImageSaved);
    } catch (error) {
      reportError(error);
      notify(text.errors.unreachable);
    }
  }
}

// Both are loaded with the first caption: nothing needs them before.

function loadEmbedding() {
  return import("../embed/embed.js");
}

function loadShareImage() {
  return import("../attention/share_image.js");
}

/** @param {Photo} photo  which has one */
function record({ record }) {
  return /** @type {CaptionRecord} */ (record);
}

/**
 * @param {string} words
 * @param {string} done
 */
async function copyText(words, done) {
  notify((await copy(words)) ? done : text.copyFailed);
}
