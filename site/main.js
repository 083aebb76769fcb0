/** Wires the page: files come in, and each gets a card, a place in the queue, and later one in the gallery. */

import { Card } from "./card/card.js";
import { describe } from "./captioning.js";
import { find } from "./lib/dom.js";
import { newEntry } from "./photo.js";
import { startGallery } from "./gallery/gallery.js";
import { startIntake } from "./intake/intake.js";
import { library } from "./gallery/store.js";
import { hush } from "./lib/notice.js";
import { queueOf } from "./lib/queue.js";
import { terms } from "./server/limits.js";
import { text } from "./strings/en.js";

/** @typedef {import("./captioning.js").Photo} Photo */
/** @typedef {import("./photo.js").Entry} Entry */

const photos = find(document, "#photos");
const enqueue = queueOf(4); // more at once would only make each of them slower

/** @type {Map<Entry, Card>} */
const cards = new Map();

startIntake((files) => {
  hush();
  const added = files.map((file) => newPhoto(newEntry(file.name), file));
  photos.prepend(...added.map(({ card }) => card.element));
  added.forEach(({ photo, card }) => start(photo, card));
});
startGallery(open);
library.load().then(resume);
terms.then((terms) => {
  find(document, "#limits").textContent = text.limits(terms.maxBytes);
  find(document, "#kept").textContent = text.kept(terms.uploadDays);
});
addEventListener("online", showConnection);
addEventListener("offline", showConnection);
showConnection();

/**
 * @param {Entry} entry
 * @param {File | null} file
 */
function newPhoto(entry, file) {
  /** @type {Photo} */
  const photo = { entry, file, abort: new AbortController() };
  const card = new Card(entry, file, {
    onRetry: () => start(photo, card),
    onRemove: () => remove(photo, card),
    onChange: () => library.update(entry),
  });
  cards.set(entry, card);
  return { photo, card };
}

/**
 * @param {Photo} photo
 * @param {Card} card
 */
function start(photo, card) {
  card.showQueued();
  enqueue(() => describe(photo, card));
}

/**
 * Takes a photo off the page. What has its caption stays in the gallery; what has none is forgotten.
 *
 * @param {Photo} photo
 * @param {Card} card
 */
function remove({ entry, abort }, card) {
  abort.abort();
  cards.delete(entry);
  card.element.remove();
  if (entry.id && !entry.record) library.remove(entry.id);
  find(document, "#files").focus({ preventScroll: true }); // its button had the focus, and is gone
}

/** @param {Entry[]} entries  as the last visit left them: some may still wait for a caption */
function resume(entries) {
  for (const entry of entries.filter(({ record }) => record === null)) {
    const { photo, card } = newPhoto(entry, null);
    photos.prepend(card.element);
    start(photo, card);
  }
}

/** @param {Entry} entry  to show in full */
function open(entry) {
  const known = cards.get(entry);
  const card = known ?? newPhoto(entry, null).card;
  if (!known) {
    photos.prepend(card.element);
    if (entry.record) card.showCaption();
  }
  card.element.scrollIntoView();
  card.focus();
}

function showConnection() {
  find(document, "#offline").textContent = navigator.onLine ? "" : text.offlinePage;
}
