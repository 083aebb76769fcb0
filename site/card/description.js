/** What a card says of a photo that has its caption, and what can be done with it. */

import { copy } from "./clipboard.js";
import { element, find, write } from "../lib/dom.js";
import { Editor } from "./editor.js";
import { altText, asHtml, asMarkdown, isDescribed, sureness, tags } from "../photo.js";
import { Failure } from "../lib/failure.js";
import { notify } from "../lib/notice.js";
import { postcard } from "../attention/share_image.js";
import { save } from "../lib/download.js";
import { Sentence } from "../attention/sentence.js";
import { revealWithVoice, say } from "./speech.js";
import { text } from "../strings/en.js";

/** @typedef {import("../server/api.js").CaptionRecord} CaptionRecord */
/** @typedef {import("../photo.js").Entry} Entry */

export class Description {
  #card;
  #entry;
  #file;
  #onChange;
  #sentence;

  /**
   * @param {HTMLElement} card
   * @param {Entry} entry
   * @param {File | null} file
   * @param {() => void} onChange  told when someone has changed what the photo is called
   */
  constructor(card, entry, file, onChange) {
    this.#card = card;
    this.#entry = entry;
    this.#file = file;
    this.#onChange = onChange;
    const canvas = /** @type {HTMLCanvasElement} */ (find(card, ".heat"));
    const elements = { root: find(card, ".sentence"), canvas, seen: find(card, ".seen") };
    this.#sentence = new Sentence(elements, (walking) => {
      write(find(card, ".walk"), walking ? text.stop : text.page.walk, entry.name);
      find(card, ".walk").classList.toggle("walking", walking);
    });
    new Editor(card, {
      words: () => entry.own ?? (isDescribed(record(entry)) ? record(entry).alt_text : ""),
      onSave: (words) => this.#rename(words === record(entry).alt_text ? null : words || null),
    });
    this.#wire();
  }

  /** Fills the card from the entry's record. */
  show() {
    const { alternatives, confidence } = record(this.#entry);
    find(this.#card, ".described").hidden = false;
    const inWords = this.#sentence.fill(record(this.#entry), tags(this.#entry));
    const shown = find(this.#card, ".frame");
    find(this.#card, ".player").hidden = !inWords || shown.hidden;
    this.#showConfidence(confidence);
    this.#showTags();
    this.#showAlternatives(alternatives.map(({ caption }) => caption));
    revealWithVoice(find(this.#card, ".speak"));
    this.#revealDownload();
    this.#showWords();
  }

  /** The parts that change when someone rewrites the sentence or calls the photo decorative. */
  #showWords() {
    const { own, decorative } = this.#entry;
    const mine = decorative || own !== null;
    const line = find(this.#card, ".line");
    line.textContent = decorative ? text.decorative : altText(this.#entry);
    this.#card.dataset.words = decorative ? "decorative" : mine ? "own" : "machine";
    const sentence = find(this.#card, ".sentence");
    line.classList.toggle("visually-hidden", !mine && !sentence.hidden);
    find(this.#card, ".original").hidden = !mine;
    find(this.#card, ".original-words").textContent = sentence.hidden ? record(this.#entry).alt_text : "";
    find(this.#card, ".restore").hidden = own === null;
    find(this.#card, ".decorative").ariaPressed = String(decorative);
    find(this.#card, ".speak").toggleAttribute("disabled", decorative);
    find(this.#card, ".download").toggleAttribute("disabled", decorative);
  }

  #wire() {
    const entry = this.#entry;
    this.#on(".copy-alt", () => copied(altText(entry), text.copiedAlt));
    this.#on(".copy-html", () => copied(asHtml(entry), text.copiedHtml));
    this.#on(".copy-markdown", () => copied(asMarkdown(entry), text.copiedMarkdown));
    this.#on(".speak", () => say(altText(entry)));
    this.#on(".walk", () => this.#sentence.toggleWalk());
    this.#on(".postcard", () => this.#savePostcard());
    this.#on(".download", () => this.#download());
    this.#on(".restore", () => {
      this.#rename(null);
      find(this.#card, ".edit").focus(); // the button has gone
    });
    this.#on(".decorative", () => {
      entry.decorative = !entry.decorative;
      this.#changed();
    });
  }

  /**
   * @param {string} selector
   * @param {() => void} action
   */
  #on(selector, action) {
    find(this.#card, selector).addEventListener("click", action);
  }

  /** @param {string | null} words  null: the machine's */
  #rename(words) {
    this.#entry.own = words;
    this.#entry.decorative = false;
    this.#changed();
  }

  #changed() {
    this.#showWords();
    this.#onChange();
  }

  /** @param {number | null} confidence */
  #showConfidence(confidence) {
    const level = isDescribed(record(this.#entry)) ? sureness(confidence) : "none";
    this.#card.dataset.sureness = level;
    if (level === "none") write(find(this.#card, ".edit"), text.describeYourself, this.#entry.name);
    find(this.#card, ".sure-words").textContent = text.sureness(level, confidence);
    const meter = /** @type {HTMLMeterElement} */ (find(this.#card, "meter"));
    meter.hidden = confidence === null || level === "none";
    meter.value = confidence ?? 0;
  }

  #showTags() {
    const list = find(this.#card, ".tags");
    list.replaceChildren(...tags(this.#entry).map((tag) => element("li", tag)));
    list.hidden = list.childElementCount === 0 || !isDescribed(record(this.#entry));
  }

  /** @param {string[]} captions  each can take the place of the first */
  #showAlternatives(captions) {
    const block = find(this.#card, ".alternatives");
    block.hidden = captions.length === 0;
    find(block, "ul").replaceChildren(
      ...captions.map((caption) => {
        const words = `${caption[0]?.toUpperCase() ?? ""}${caption.slice(1)}.`;
        const button = element("button", words, "alternative");
        button.setAttribute("type", "button");
        button.ariaLabel = text.use(words);
        button.addEventListener("click", () => {
          this.#rename(words);
          notify(text.used);
        });
        const item = element("li", "");
        item.append(button);
        return item;
      }),
    );
  }

  async #revealDownload() {
    if (!this.#file) return;
    const { canEmbed } = await embedding();
    if (await canEmbed(this.#file)) find(this.#card, ".download").hidden = false;
  }

  async #download() {
    if (!this.#file) return;
    try {
      const { embed } = await embedding();
      save(await embed(this.#file, altText(this.#entry)), this.#file.name);
      notify(text.downloaded);
    } catch (error) {
      if (!(error instanceof Failure)) reportError(error);
      notify(text.errors.no_room);
    }
  }

  async #savePostcard() {
    const image = /** @type {HTMLImageElement} */ (find(this.#card, ".frame img"));
    const picture = await postcard(image, this.#sentence.highlight, record(this.#entry).alt_text);
    save(picture, text.postcardName(this.#entry.name));
    notify(text.postcardSaved);
  }
}

/** Loaded with the first caption: nobody needs it before. */
function embedding() {
  return import("../embed/embed.js");
}

/** @param {Entry} entry  which has one */
function record({ record }) {
  return /** @type {CaptionRecord} */ (record);
}

/**
 * @param {string} words
 * @param {string} done
 */
async function copied(words, done) {
  notify((await copy(words)) ? done : text.copyFailed);
}
