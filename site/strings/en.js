/**
 * Every word on the page. Another language is another copy of this module; index.html holds none of its own but what
 * is read without JavaScript.
 */

/** @typedef {import("../photo.js").Sureness} Sureness */

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

export const text = Object.freeze({
  language: "en",

  /** What index.html asks for by name, see label.js. */
  page: Object.freeze({
    title: "Glimpse: your photos, in words",
    toGallery: "My photos",
    heading: "Your photos, in words.",
    lead: "One honest sentence about each: alt text for people who cannot see a photo, words to search by for people who have too many.",
    choose: "Choose photos",
    dropHint: "or drop them anywhere, or paste one",
    camera: "Take a picture",
    try: "No photo at hand? Try one of these.",
    exampleDog: "Example: a dog in dry grass",
    exampleWave: "Example: a breaking wave",
    exampleDogs: "Example: two dogs at a window",
    exampleHorses: "Example: horses on a hill",
    credits:
      "Photos: Hans Kemperman; Massachusetts Institute of Technology (CC BY-SA 3.0); Aitzol Berasategi (CC BY 4.0); Seth Zeigler.",
    photos: "Your photos",

    walk: "Play where it looked",
    postcard: "Save this picture",
    words: "The sentence in words. Arrow keys show where Glimpse looked for each.",
    hint: "Or point at a word of the sentence.",
    original: "What Glimpse wrote",
    sure: "How sure Glimpse is",
    copyAlt: "Copy alt text",
    copyHtml: "Copy HTML",
    copyMarkdown: "Copy Markdown",
    speak: "Read aloud",
    edit: "Edit",
    decorative: "Decorative",
    download: "Download with caption",
    restore: "Back to the machine’s words",
    editorLabel: "Alt text in your own words",
    save: "Save",
    cancelEdit: "Cancel",
    alternatives: "It also considered",
    tags: "Tags",
    byMachine: "A machine wrote this sentence. Check it against the photo before you publish it.",
    retry: "Try again",
    remove: "Close",

    gallery: "My photos",
    galleryNote: "Kept in this browser only: small pictures and their words. Nobody else can list them.",
    query: "Search captions, tags and file names",
    queryHint: "Search",
    order: "Sort",
    newest: "Newest first",
    oldest: "Oldest first",
    name: "File name",
    surest: "Surest first",
    unsurest: "Least sure first",
    all: "Select all",
    csv: "Export CSV",
    json: "Export JSON",
    delete: "Delete",
    none: "No photo here has all of these words.",
    undo: "Undo",

    honest: "A machine writes these sentences. It knows everyday scenes best, and it can be wrong.",
    privacy: "Your photo goes to the server behind this page to be looked at, and nowhere else. Its file name stays here.",
  }),

  /** @param {string} label @param {string} name */
  named: (label, name) => `${label}: ${name}`,

  queued: "Waiting its turn",
  uploading: "Uploading…",
  busy: "Glimpse has a lot to do",
  busyFor: (/** @type {number} */ seconds) =>
    `Your photo is next in ${plural(seconds, "second", "seconds")}. There is nothing you need to do.`,
  offline: "You are offline",
  looking: "Looking at the photo…",
  details: Object.freeze({
    waiting: "",
    slow: "This is taking a while: the model may be waking up. After a quiet time that can take a minute.",
    interrupted: "The connection is interrupted. Glimpse keeps trying.",
    offline: "Your photo waits here, and goes on by itself once there is a network.",
  }),
  offlinePage: "You are offline. Captions go on by themselves once there is a network; your photos below are here already.",

  photo: (/** @type {string} */ name) => `Your photo ${name}`,
  upload: (/** @type {string} */ name) => `Upload of ${name}`,
  noPreview: "This browser cannot show this file.",
  cancel: "Cancel",
  close: "Close",

  /** @param {Sureness | "none"} level @param {number | null} confidence */
  sureness(level, confidence) {
    if (level === "none") return "Glimpse cannot tell. What do you see?";
    if (confidence === null) return "This model does not say how sure it is.";
    const words = { high: "Fairly sure", fair: "Not quite sure", low: "Only guessing", unknown: "" }[level];
    return `${words}, ${percent(confidence)}`;
  },

  /** @param {number} probability @param {{row: number, column: number}} place */
  looked: (probability, { row, column }) => `Looked at ${PLACES[row][column]}. ${percent(probability)} likely.`,

  stop: "Stop",
  describeYourself: "Describe it yourself",
  decorative: "Decorative: empty alt text",
  use: (/** @type {string} */ words) => `Use instead: ${words}`,
  used: "Sentence replaced.",
  copiedAlt: "Alt text copied.",
  copiedHtml: "HTML copied.",
  copiedMarkdown: "Markdown copied.",
  copyFailed: "This browser does not let the page copy. Select the text and copy it yourself.",
  downloaded: "Saved: your own file, with the caption inside.",
  postcard: (/** @type {string} */ word) => `Where Glimpse looked for “${word}”`,
  postcardName: (/** @type {string} */ name) => `${name.replace(/\.[^.]*$/, "")}-glimpse.jpg`,
  postcardSaved: "Picture saved.",

  select: (/** @type {string} */ name) => `Select ${name}`,
  /** @param {number} shown @param {number} selected */
  counted: (shown, selected) =>
    selected > 0 ? `${selected} of ${shown} selected` : plural(shown, "photo", "photos"),
  deleted: (/** @type {number} */ count) => `${plural(count, "photo", "photos")} deleted from this browser.`,
  yes: "yes",
  no: "no",
  columns: Object.freeze(["File", "Alt text", "Decorative", "Edited", "Caption", "Confidence", "Tags", "Added", "Id"]),

  limits: (/** @type {number} */ maxBytes) =>
    `JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF or BMP, up to ${megabytes(maxBytes)} each`,
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

  /** Used where the server sent no sentence of its own. */
  errors: Object.freeze({
    unreachable: "Glimpse cannot be reached. Check your connection, then try again.",
    upload_interrupted: "The upload was interrupted. Check your connection, then try again.",
    upload_refused: "The upload was refused; it may have taken too long. Try again.",
    empty_image: "This file is empty. Choose another.",
    unsupported_format: "This is not a photo that Glimpse can read, whatever its name says. Choose a JPEG, PNG or WebP.",
    unreadable: "This file can no longer be read. Was it moved or deleted? Choose it again.",
    payload_too_large: "This file is too large. Choose a smaller one.",
    not_found: "Glimpse no longer knows this photo. Try again to send it once more.",
    too_many_requests: "Too many photos at once. Wait a minute, then try again.",
    no_answer: "No sentence came within two minutes. Try again, perhaps a little later.",
    no_room: "The caption could not be put inside this file. Copy it instead.",
    internal_error: "Something went wrong. Try again in a minute.",
  }),
});
