/** The English that changes while the page runs; what stands still is in index.html. Imports nothing. */

const PLACES = [
  ["the upper left", "the top", "the upper right"],
  ["the left", "the middle", "the right"],
  ["the lower left", "the bottom", "the lower right"],
];

/** @param {number} bytes */
const megabytes = (bytes) => `${Number((bytes / 1024 ** 2).toPrecision(2))} MB`;

/** @param {number} probability  0 to 1 */
const percent = (probability) => `${Math.round(100 * probability)}%`;

/**
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** @param {string[]} names */
const anyOf = (names) => [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" or ");

/** @param {string} words @param {number | null} confidence */
const sure = (words, confidence) =>
  confidence === null ? "This model does not say how sure it is." : `${words}, ${percent(confidence)} sure`;

export const text = Object.freeze({
  queued: "Waiting",
  uploading: "Uploading…",
  busy: "The server is busy",
  busyFor: (/** @type {number} */ seconds) =>
    `Your photo is tried again in ${plural(seconds, "second", "seconds")}. There is nothing you need to do.`,
  offline: "You are offline",
  looking: "Looking at the photo…",
  details: Object.freeze({
    waiting: "",
    slow: "This takes longer than usual: the model may be starting, which can take a minute.",
    interrupted: "The connection is interrupted. Glimpse keeps trying.",
    offline: "Your photo waits here, and goes on by itself once there is a network.",
  }),
  offlinePage: "You are offline. Photos that wait go on by themselves once there is a network.",

  photo: "Your photo",
  upload: "Upload",
  noPreview: "This browser cannot show this file.",
  cancel: "Cancel",
  close: "Close",
  remove: "Remove",

  needsDescription: "Needs a description",
  describe: "Describe it yourself",
  edit: "Edit",
  decorative: "Decorative: no alt text",
  ownWords: "Your words",
  oneThing: "The one thing that Glimpse recognized",
  /** By a record's certainty. */
  certainty: Object.freeze({
    likely: (/** @type {number | null} */ confidence) => sure("Fairly certain", confidence),
    possible: (/** @type {number | null} */ confidence) =>
      sure(confidence !== null && confidence >= 0.5 ? "May be wrong" : "Probably wrong", confidence),
    none: () => "Glimpse is not sure enough to describe this photo.",
  }),

  /** @param {number} probability @param {{row: number, column: number}} place */
  looked: (probability, { row, column }) => `Looked at ${PLACES[row][column]}. ${percent(probability)} likely.`,
  stop: "Stop",

  use: "Use",
  useInstead: (/** @type {string} */ sentence) => `Use: ${sentence}`,
  used: "Alt text replaced.",
  copiedAlt: "Alt text copied.",
  copiedEmpty: 'Copied alt="", which tells screen readers to skip the image.',
  copiedHtml: "HTML copied: the image with its alt text.",
  copiedMarkdown: "Markdown copied: the image with its alt text.",
  copiedAll: (/** @type {number} */ count) =>
    `${plural(count, "alt text", "alt texts")} copied, each on a line with its file name.`,
  copyFailed: "This browser does not let the page copy. Select the text and copy it yourself.",
  downloaded: "Saved: your own file, with the caption inside.",
  shareImage: (/** @type {string} */ word) => `Where Glimpse looked for “${word}”`,
  shareImageName: (/** @type {string} */ name) => `${name.replace(/\.[^.]*$/, "")}-glimpse.jpg`,
  shareImageSaved: "Heat map saved.",

  draftDiscarded: "Your changes were discarded.",
  /** Characters of alt text from which its length is shown, and that some screen readers read in one go. */
  longFrom: 100,
  longest: 125,
  length: (/** @type {number} */ length) => `${length} characters; about 125 is a good length`,

  worded: (/** @type {boolean} */ neutral) =>
    neutral ? "Gender-neutral words are shown. What you wrote is unchanged." : "Words are shown as the model wrote them.",

  searchFor: (/** @type {string} */ tag) => `Search for ${tag}`,
  removeTag: (/** @type {string} */ tag) => `Remove tag ${tag}`,
  addTag: "Add a tag",

  added: (/** @type {number} */ count) => `${plural(count, "photo", "photos")} added.`,
  already: (/** @type {number} */ count) =>
    count === 1 ? "This photo is here already." : `${count} photos are here already, and were not added again.`,
  described: (/** @type {string} */ line, /** @type {string} */ certainty) => [line, certainty].filter(Boolean).join(" "),
  failed: (/** @type {string} */ name, /** @type {string} */ message) => `${name}: ${message}`,
  finished: (/** @type {number} */ done, /** @type {number} */ failed) =>
    failed > 0 ? `${done} done, ${failed} failed.` : `${done} done.`,
  /** @param {{total: number, done: number, failed: number}} progress */
  progress: ({ total, done, failed }) => `${done} of ${total}${failed > 0 ? `, ${failed} failed` : ""}`,
  found: (/** @type {number} */ count) => `${plural(count, "photo", "photos")} found.`,
  /** @param {number} shown @param {number} selected */
  counted: (shown, selected) =>
    selected > 0 ? `${selected} of ${shown} selected` : plural(shown, "photo", "photos"),
  filters: Object.freeze({
    all: (/** @type {number} */ count) => `All ${count}`,
    missing: (/** @type {number} */ count) => `Needs a description ${count}`,
    unsure: (/** @type {number} */ count) => `Unsure ${count}`,
    failed: (/** @type {number} */ count) => `Failed ${count}`,
    unreviewed: (/** @type {number} */ count) => `To review ${count}`,
    reviewed: (/** @type {number} */ count) => `Reviewed ${count}`,
  }),
  bestFirst: "Best match first",
  alike: (/** @type {string} */ name) => (name ? `Photos most like ${name}` : "Photos most like the one you asked for"),
  favourites: "Favourites",
  byPeople: "Described by people",
  /** @param {string} month  such as 2024-07 */
  month: (month) => new Date(`${month}-15`).toLocaleDateString("en", { month: "long", year: "numeric" }),
  didYouMean: (/** @type {string} */ word) => `Did you mean ${word}?`,
  fewer: (/** @type {string} */ query, /** @type {number} */ count) => `${query}: ${plural(count, "photo", "photos")}`,
  copyAll: "Copy all",
  copySelected: "Copy selected",
  zipping: (/** @type {number} */ count) => `Putting ${plural(count, "photo", "photos")} into a zip file…`,
  zipped: (/** @type {number} */ count, /** @type {number} */ missing) =>
    `Zip file saved, with ${plural(count, "photo", "photos")}.` +
    (missing > 0 ? ` Of ${missing} it has the words only: this browser no longer has the photos.` : ""),
  deleted: (/** @type {number} */ count) => `${plural(count, "photo", "photos")} deleted.`,
  deleteAll: (/** @type {number} */ count) => `Delete all ${count} photos, and everything you wrote about them?`,
  yes: "yes",
  no: "no",
  columns: Object.freeze({
    name: "File",
    altText: "Alt text",
    certainty: "Certainty",
    needsDescription: "Needs a description",
    reviewed: "Reviewed",
    tags: "Tags",
    decorative: "Decorative",
    edited: "Edited",
    language: "Language",
    caption: "Caption",
    confidence: "Confidence",
    failure: "Failure",
    addedAt: "Added",
    id: "Id",
  }),

  /** @param {string[]} formats @param {number} maxBytes */
  limits: (formats, maxBytes) => `${anyOf(formats)}, up to ${megabytes(maxBytes)} each`,
  /** @param {number | null | undefined} days */
  kept(days) {
    if (days === undefined) return "";
    if (days === null) return "It stays on that server until whoever runs it deletes it.";
    return `It is deleted there after ${plural(days, "day", "days")}.`;
  },

  emptyFolder: "There is no photo in this folder. Choose another.",
  chooseAgain: "The photo is no longer in this browser. Choose it again.",
  /** @param {number} size @param {number} limit both in bytes */
  tooLarge: (size, limit) =>
    `This file is ${megabytes(size)}. The limit is ${megabytes(limit)}. Export it smaller, then choose that.`,
  /** @param {string[]} formats */
  unsupported: (formats) => `This file is not a photo Glimpse can read. Choose a ${anyOf(formats)}.`,

  access: Object.freeze({
    needsKey: "This site is not open to everybody. Its owner can give you the key.",
    needsSignIn: "This site is not open to everybody. Sign in to use it.",
    useKey: "Use this key",
    signIn: "Sign in",
    wrongKey: "This key is not the right one. Ask the owner of this site for it.",
    allowed: "You can send photos now.",
  }),
  /** By the code of a Failure; used where it has no message of its own. */
  errors: Object.freeze({
    unreachable: "Glimpse cannot be reached. Check your connection, then try again.",
    upload_interrupted: "The upload was interrupted. Check your connection, then try again.",
    upload_refused: "The upload was refused; it may have taken too long. Try again.",
    empty_image: "This file is empty. Choose another.",
    unsupported_format: "This file is not a photo Glimpse can read. Choose another.",
    unreadable: "This file can no longer be read. It may have been moved or deleted. Choose it again.",
    payload_too_large: "This file is too large. Choose a smaller one.",
    not_found: "The server no longer has this photo. Try again to send it once more.",
    too_many_requests: "There were too many photos at once. Wait a minute, then try again.",
    no_answer: "There was no description within two minutes. Try again a little later.",
    no_room: "The caption does not fit into this file. Copy it instead.",
    damaged_metadata: "What this file says of itself is damaged and could be lost. Copy the caption instead.",
    sign_in_failed: "Signing in did not work. Try again.",
    internal_error: "Something went wrong. Try again in a minute.",
  }),
});
