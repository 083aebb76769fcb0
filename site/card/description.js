/** The part of a card that shows a caption, how certain it is, and what can be done with the alt text. */

import { find, setText } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { Failure } from "../lib/failure.js";
import { notify } from "../lib/notice.js";
import { altText, generatedAltText, isNeutral, isUnsure, namesOneThing, needsDescription, tagWords } from "../photo.js";
import { store } from "../store/store.js";
import { text } from "../strings/en.js";
import { showAlternatives } from "./alternatives.js";
import { setOwn, toggleDecorative } from "../store/changes.js";
import { copy } from "./clipboard.js";
import { Editor } from "./editor.js";
import { showIfVoice, speak } from "./speech.js";
import { altKind, certaintyWords } from "../store/status.js";
import { setNeutral } from "../store/wording.js";
import { showTags } from "./tags.js";

/** @typedef {import("../photo.js").CaptionRecord} CaptionRecord */
/** @typedef {import("../photo.js").Photo} Photo */

const EMPTY_ALT = 'alt=""'; // what HTML needs of a decorative image: without the attribute its file name is read out

export class Description {
  #card;
  #photo;
  #record;
  #editor;
  #onTag;
  /** @type {string | undefined} what the tags and the other suggestions were last drawn for */
  #drawn;

  /**
   * @param {HTMLElement} card
   * @param {Photo} photo  with a record
   * @param {(tag: string) => void} onTag  told which tag was pressed
   */
  constructor(card, photo, onTag) {
    this.#card = card;
    this.#photo = photo;
    this.#record = /** @type {CaptionRecord} */ (photo.record);
    this.#onTag = onTag;
    this.#editor = new Editor(photo, card);
    card.querySelectorAll(".described").forEach((part) => /** @type {HTMLElement} */ (part).hidden = false);
    find(card, ".line").lang = this.#record.language;
    this.#addListeners();
    find(card, ".looked").addEventListener("toggle", () => this.#showWords());
    showIfVoice(find(card, ".speak"), this.#record.language);
    this.#showDownload();
  }

  /** Shows the photo as a person has changed it. */
  show() {
    const photo = this.#photo;
    const kind = altKind(photo);
    this.#card.dataset.altText = kind;
    this.#card.dataset.certainty = this.#record.certainty;
    const words = certaintyWords(photo);
    find(this.#card, ".certainty").hidden = words === "";
    setText(find(this.#card, ".certainty-words"), words);
    const meter = /** @type {HTMLMeterElement} */ (find(this.#card, "meter"));
    meter.hidden = kind !== "generated" || this.#record.confidence === null || namesOneThing(photo);
    meter.value = this.#record.confidence ?? 0;
    find(this.#card, ".by-machine").hidden = kind !== "generated";
    this.#showActions(kind === "missing");
    this.#editor.show();
    this.#showExtras();
  }

  /** @param {boolean} missing  whether there is nothing to publish yet */
  #showActions(missing) {
    const photo = this.#photo;
    for (const publishing of [".copy-alt", ".copy-html", ".copy-markdown"]) find(this.#card, publishing).hidden = missing;
    find(this.#card, ".restore").hidden = photo.own === null || this.#record.certainty === "none";
    const decorative = find(this.#card, ".decorative");
    decorative.ariaPressed = String(photo.decorative);
    const neutral = find(this.#card, ".neutral");
    neutral.hidden = !this.#record.neutral;
    neutral.ariaPressed = String(isNeutral());
    find(this.#card, ".speak").toggleAttribute("disabled", photo.decorative || missing);
    find(this.#card, ".download").toggleAttribute("disabled", photo.decorative || missing);
    const edit = find(this.#card, ".edit");
    setText(edit, needsDescription(photo) ? text.describe : text.edit);
    const editFirst = missing || isUnsure(photo);
    for (const [button, first] of /** @type {const} */ ([[edit, editFirst], [find(this.#card, ".copy-alt"), !editFirst]])) {
      button.classList.toggle("primary", first); // the next thing to do
      button.classList.toggle("quiet", !first);
    }
  }

  #showExtras() {
    const photo = this.#photo;
    const drawn = JSON.stringify([altText(photo), generatedAltText(photo), tagWords(photo)]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    showTags(find(this.#card, ".tag-block"), photo, this.#onTag);
    showAlternatives(find(this.#card, ".alternatives"), photo, async (sentence) => {
      await setOwn(photo, sentence);
      notify(text.used);
    });
    const looked = /** @type {HTMLDetailsElement} */ (find(this.#card, ".looked"));
    looked.hidden = this.#record.words.every(({ start }) => start === null);
    if (looked.open) this.#showWords();
  }

  #addListeners() {
    const photo = this.#photo;
    this.#onClick(".copy-alt", () =>
      photo.decorative ? copyText(EMPTY_ALT, text.copiedEmpty) : copyText(altText(photo), text.copiedAlt));
    this.#onClick(".copy-html", async () => copyText((await loadSnippets()).asHtml(photo), text.copiedHtml));
    this.#onClick(".copy-markdown", async () => copyText((await loadSnippets()).asMarkdown(photo), text.copiedMarkdown));
    this.#onClick(".speak", () => speak(altText(photo), this.#record.language));
    this.#onClick(".download", () => this.#downloadWithAltText());
    this.#onClick(".restore", () => {
      setOwn(photo, null);
      find(this.#card, ".edit").focus(); // the button goes
    });
    this.#onClick(".decorative", () => toggleDecorative(photo));
    this.#onClick(".neutral", () => {
      setNeutral(!isNeutral());
      notify(text.worded(isNeutral()));
    });
  }

  /**
   * @param {string} selector
   * @param {() => void} action
   */
  #onClick(selector, action) {
    find(this.#card, selector).addEventListener("click", action);
  }

  /** The words with their heat maps are loaded and drawn when they are asked for. */
  async #showWords() {
    const { open } = /** @type {HTMLDetailsElement} */ (find(this.#card, ".looked"));
    try {
      const { showWords } = await import("./words.js");
      await showWords(this.#card, this.#photo, open);
    } catch {
      notify(text.errors.unreachable);
    }
  }

  async #showDownload() {
    const file = await store.file(this.#photo.key);
    if (!file) return;
    const { canEmbed } = await loadEmbedding();
    if (await canEmbed(file)) find(this.#card, ".download").hidden = false;
  }

  async #downloadWithAltText() {
    try {
      const file = await store.file(this.#photo.key);
      if (!file) throw new Failure("unreadable");
      const { embed } = await loadEmbedding();
      const words = { words: altText(this.#photo), language: this.#record.language, tags: tagWords(this.#photo) };
      download(await embed(file, words), file.name);
      notify(text.downloaded);
    } catch (error) {
      if (!(error instanceof Failure)) reportError(error);
      const isDamaged = error instanceof Failure && error.code === "damaged_metadata";
      notify(isDamaged ? text.errors.damaged_metadata : text.errors.no_room);
    }
  }
}

// Loaded with the first caption or the first use: nothing needs them before.

function loadEmbedding() {
  return import("../embed/embed.js");
}

function loadSnippets() {
  return import("./snippets.js");
}

/**
 * @param {string} words
 * @param {string} done
 */
async function copyText(words, done) {
  notify((await copy(words)) ? done : text.copyFailed);
}
