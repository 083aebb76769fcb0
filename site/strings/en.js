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
  confidence === null ? "This model does not say how sure it is." : `${words}, ${percent(confidence)}`;

export const text = Object.freeze({
  /** @param {string} label @param {string} name */
  named: (label, name) => `${label}: ${name}`,

  queued: "Waiting its turn",
  uploading: "Uploading…",
  busy: "The server is busy",
  busyFor: (/** @type {number} */ seconds) =>
    `Your photo is next in ${plural(seconds, "second", "seconds")}. There is nothing you need to do.`,
  offline: "You are offline",
  looking: "Looking at the photo…",
  details: Object.freeze({
    waiting: "",
    slow: "This takes longer than usual: the model may be starting, which can take a minute.",
    interrupted: "The connection is interrupted. Glimpse keeps trying.",
    offline: "Your photo waits here, and goes on by itself once there is a network.",
  }),
  offlinePage: "You are offline. Captions go on by themselves once there is a network; your photos below are here already.",

  photo: (/** @type {string} */ name) => `Your photo ${name}`,
  upload: (/** @type {string} */ name) => `Upload of ${name}`,
  noPreview: "This browser cannot show this file.",
  cancel: "Cancel",
  close: "Close",

  needsDescription: "Needs a description",
  describe: "Describe it yourself",
  decorative: "Decorative: empty alt text",
  /** By a record's certainty. */
  certainty: Object.freeze({
    likely: (/** @type {number | null} */ confidence) => sure("Fairly sure", confidence),
    possible: (/** @type {number | null} */ confidence) => sure("Not quite sure", confidence),
    none: () => "Glimpse is not sure enough to describe this photo.",
  }),

  /** @param {number} probability @param {{row: number, column: number}} place */
  looked: (probability, { row, column }) => `Looked at ${PLACES[row][column]}. ${percent(probability)} likely.`,
  stop: "Stop",

  use: (/** @type {string} */ sentence) => `Use instead: ${sentence}`,
  used: "Sentence replaced.",
  copiedAlt: "Alt text copied.",
  copiedHtml: "HTML copied.",
  copiedMarkdown: "Markdown copied.",
  copyFailed: "This browser does not let the page copy. Select the text and copy it yourself.",
  downloaded: "Saved: your own file, with the caption inside.",
  shareImage: (/** @type {string} */ word) => `Where Glimpse looked for “${word}”`,
  shareImageName: (/** @type {string} */ name) => `${name.replace(/\.[^.]*$/, "")}-glimpse.jpg`,
  shareImageSaved: "Picture saved.",

  select: (/** @type {string} */ name) => `Select ${name}`,
  /** @param {number} shown @param {number} selected */
  counted: (shown, selected) =>
    selected > 0 ? `${selected} of ${shown} selected` : plural(shown, "photo", "photos"),
  deleted: (/** @type {number} */ count) => `${plural(count, "photo", "photos")} deleted.`,
  yes: "yes",
  no: "no",
  columns: Object.freeze({
    name: "File",
    altText: "Alt text",
    certainty: "Certainty",
    language: "Language",
    decorative: "Decorative",
    edited: "Edited",
    caption: "Caption",
    confidence: "Confidence",
    tags: "Tags",
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

  folderDropped: "A folder cannot be read here. Open it and drop the photos themselves.",
  chooseAgain: "Choose the photo again to start over.",
  /** @param {number} size @param {number} limit both in bytes */
  tooLarge: (size, limit) =>
    `This file has ${megabytes(size)}, and ${megabytes(limit)} is the most. Export it smaller, then choose that.`,
  /** @param {string[]} formats */
  unsupported: (formats) =>
    `This is not a photo that Glimpse can read, whatever its name says. Choose a ${anyOf(formats)}.`,

  /** By the code of a Failure; used where it has no message of its own. */
  errors: Object.freeze({
    unreachable: "Glimpse cannot be reached. Check your connection, then try again.",
    upload_interrupted: "The upload was interrupted. Check your connection, then try again.",
    upload_refused: "The upload was refused; it may have taken too long. Try again.",
    empty_image: "This file is empty. Choose another.",
    unsupported_format: "This is not a photo that Glimpse can read. Choose another.",
    unreadable: "This file can no longer be read. Was it moved or deleted? Choose it again.",
    payload_too_large: "This file is too large. Choose a smaller one.",
    not_found: "Glimpse no longer knows this photo. Try again to send it once more.",
    too_many_requests: "Too many photos at once. Wait a minute, then try again.",
    no_answer: "No sentence came within two minutes. Try again, perhaps a little later.",
    no_room: "The caption could not be put inside this file. Copy it instead.",
    damaged_metadata: "What this file says of itself is damaged and could be lost. Copy the caption instead.",
    internal_error: "Something went wrong. Try again in a minute.",
  }),
});
