/** Connects the parts of the page: files come in, each gets a card, a place in the queue, and later one in the gallery. */

import { captionPhoto } from "./captioning.js";
import { Card } from "./card/card.js";
import { startGallery } from "./gallery/gallery.js";
import { store } from "./gallery/store.js";
import { startIntake } from "./intake/intake.js";
import { find } from "./lib/dom.js";
import { clearNotice } from "./lib/notice.js";
import { createQueue } from "./lib/queue.js";
import { newPhoto } from "./photo.js";
import { planDeletions, sendDeletions } from "./server/deletion.js";
import { limits } from "./server/limits.js";
import { text } from "./strings/en.js";

/** @typedef {import("./captioning.js").Job} Job */
/** @typedef {import("./photo.js").Photo} Photo */

const cardList = find(document, "#photos");
const enqueue = createQueue(4); // more at once would only make each of them slower

/** @type {Map<Photo, Card>} */
const cards = new Map();

startIntake((files) => {
  clearNotice();
  const jobs = files.map((file) => createJob(newPhoto(file.name), file));
  cardList.prepend(...jobs.map(({ card }) => card.element));
  jobs.forEach(start);
});
startGallery(open);
store.load().then(resume);
limits.then(({ uploadDays }) => (find(document, "#kept").textContent = text.kept(uploadDays)));
addEventListener("online", showConnection);
addEventListener("offline", showConnection);
showConnection();

/**
 * @param {Photo} photo
 * @param {File | null} file
 * @returns {Job}
 */
function createJob(photo, file) {
  const card = new Card(photo, file, {
    onRetry: () => start(job),
    onRemove: () => remove(job),
    onChange: () => store.update(photo),
  });
  const job = { photo, file, card, abort: new AbortController() };
  cards.set(photo, card);
  return job;
}

/** @param {Job} job */
function start(job) {
  job.card.showQueued();
  enqueue(() => captionPhoto(job));
}

/**
 * Removes a card. A photo with a caption stays in the gallery; one without is deleted.
 *
 * @param {Job} job
 */
function remove({ photo, card, abort }) {
  abort.abort();
  cards.delete(photo);
  card.element.remove();
  if (photo.id && !photo.record) {
    store.remove(photo.id);
    planDeletions([photo.captionUrl]);
    sendDeletions([photo.captionUrl]);
  }
  find(document, "#files").focus({ preventScroll: true }); // the card's button had the focus
}

/** @param {Photo[]} photos  as the last visit left them: some may still wait for a caption */
function resume(photos) {
  for (const photo of photos.filter(({ record }) => record === null)) {
    const job = createJob(photo, null);
    cardList.prepend(job.card.element);
    start(job);
  }
}

/** @param {Photo} photo  to show in full */
function open(photo) {
  const shown = cards.get(photo);
  const card = shown ?? createJob(photo, null).card;
  if (!shown) {
    cardList.prepend(card.element);
    if (photo.record) card.showCaption();
  }
  card.element.scrollIntoView();
  card.focus();
}

function showConnection() {
  find(document, "#offline").textContent = navigator.onLine ? "" : text.offlinePage;
}
