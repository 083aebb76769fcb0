/**
 * One photo: the record that the server wrote of it, and what a person has added. Imports nothing.
 *
 * Whether a caption may be published is decided by the server and stands in the record as `certainty`.
 */

/** @typedef {"likely" | "possible" | "none"} Certainty  none: alt_text is empty, a person has to write one */
/** @typedef {{caption: string, confidence: number | null}} Alternative */
/** @typedef {{word: string, probability: number | null}} Tag  null: from a model that gave none */
/** @typedef {"possible" | "pointless" | "with the file"} Retry  with the file: it is no longer here */

/**
 * @typedef {object} Word  of the caption
 * @property {string} word
 * @property {number | null} start  in alt_text, in characters; null where the word does not stand there
 * @property {number | null} end  exclusive
 * @property {number} probability  0 to 1
 * @property {string} [attention]  14×14 bytes in base64, row by row; only as the server wrote it (`store.fullRecord`)
 */

/** @typedef {Pick<CaptionRecord, "caption" | "alt_text" | "alternatives" | "words" | "tags">} Wording */

/**
 * @typedef {object} CaptionRecord
 * @property {string} id
 * @property {"captioned"} status
 * @property {string} caption  as the model wrote it, also where certainty is none
 * @property {number | null} confidence  0 to 1; null: from a model that gave none
 * @property {Certainty} certainty
 * @property {string} alt_text  ready to publish
 * @property {string} language  of the alt text, as in HTML's lang
 * @property {Alternative[]} alternatives
 * @property {Word[]} words
 * @property {Tag[]} tags  most probable first
 * @property {Wording | null} [neutral]  without words that guess a gender; null where nothing differs; not in old records
 * @property {{sha256: string}} [image]
 * @property {string} created_at
 */

/**
 * @typedef {object} Photo
 * @property {string} key  this browser's own, never sent
 * @property {string} id  the server's, and the only key to the record there; empty until the photo is uploaded
 * @property {string} captionUrl
 * @property {string} name  of the file; never leaves the browser
 * @property {number} size  of the file in bytes; 0 where an earlier version did not store it
 * @property {number} addedAt  ms since 1970
 * @property {number} batch  addedAt of the first photo that was chosen together with this one
 * @property {boolean} kept  whether the file itself is in the browser's storage
 * @property {CaptionRecord | null} record  null until there is a caption
 * @property {{message: string, retry: Retry, refused?: boolean} | null} failure  why there is none; refused: no credentials
 * @property {string | null} own  the alt text as a person wrote it
 * @property {string | null} draft  what stands in an open editor
 * @property {string[] | null} tags  as a person has changed them
 * @property {boolean} decorative  the photo needs no alt text
 * @property {boolean} reviewed  a person has read the alt text and accepts it
 * @property {boolean} favourite  marked as one, where the store has favourites
 */

let latest = 0;
/** Whether wordings without gender are shown where there are any: one choice for all photos. */
let neutral = false;

/** @param {boolean} prefer */
export function preferNeutral(prefer) {
  neutral = prefer;
}

export function isNeutral() {
  return neutral;
}

/**
 * @param {CaptionRecord} record
 * @returns {Wording}  the one of the two that is shown
 */
export function wording(record) {
  return (neutral && record.neutral) || record;
}

/**
 * @param {string} name
 * @param {number} [size]  bytes
 * @param {number} [batch]  0: this photo begins one
 * @returns {Photo}  added later than any before it, so that photos chosen together keep their order
 */
export function newPhoto(name, size = 0, batch = 0) {
  const addedAt = (latest = Math.max(Date.now(), latest + 1));
  return {
    key: `${addedAt}-${Math.random().toString(36).slice(2)}`,
    id: "",
    captionUrl: "",
    name,
    size,
    addedAt,
    batch: batch || addedAt,
    kept: false,
    record: null,
    failure: null,
    own: null,
    draft: null,
    tags: null,
    decorative: false,
    reviewed: false,
    favourite: false,
  };
}

/**
 * @param {Photo} photo
 * @returns {string}  the model's alt text; empty where it has none
 */
export function generatedAltText({ record }) {
  return record ? wording(record).alt_text : "";
}

/**
 * @param {Photo} photo
 * @returns {string}  what to publish in the photo's place; empty where it is decorative or has no description
 */
export function altText(photo) {
  if (photo.decorative) return "";
  return photo.own ?? generatedAltText(photo);
}

/**
 * @param {Photo} photo
 * @returns {boolean}  whether a person has to write the alt text: until then there is none to publish
 */
export function needsDescription({ own, decorative, record }) {
  return record?.certainty === "none" && own === null && !decorative;
}

/**
 * @param {Photo} photo
 * @returns {boolean}  whether the alt text is the model's and probably wrong
 */
export function isUnsure({ own, decorative, record }) {
  return record?.certainty === "possible" && own === null && !decorative;
}

/**
 * @param {Photo} photo
 * @returns {boolean}  whether the alt text names one thing in place of the model's sentence, none of whose words it has
 */
export function namesOneThing({ record }) {
  return record?.certainty === "possible" && record.words.length > 0 && record.words.every(({ start }) => start === null);
}

/**
 * @param {Photo} photo
 * @returns {boolean}  whether it still waits for a caption
 */
export function isWaiting({ record, failure }) {
  return record === null && failure === null;
}

/**
 * @param {Photo} photo
 * @returns {string[]}  most probable first, or as a person has set them
 */
export function tagWords({ tags, record }) {
  return tags ?? (record ? wording(record).tags : []).map(({ word }) => word);
}
