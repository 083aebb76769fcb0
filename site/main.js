/** Connects the parts of the page: photos come in, are captioned, and stand in the list; one of them in full. */

import { startIntake } from "./intake/intake.js";
import { announce } from "./lib/announce.js";
import { find } from "./lib/dom.js";
import { clearNotice, notify } from "./lib/notice.js";
import { isWaiting, newPhoto } from "./photo.js";
import { planDeletions, plannedDeletions, sendDeletions } from "./server/deletion.js";
import { limits } from "./server/limits.js";
import { onActivity } from "./store/activity.js";
import { askBeforeLoss, keepFiles, keepPictures, trimFiles } from "./store/browser/originals.js";
import { certaintyWords, headline } from "./store/status.js";
import { browserStore, store, useStore } from "./store/store.js";
import { startWording } from "./store/wording.js";
import { text } from "./strings/en.js";

/** @typedef {import("./photo.js").Photo} Photo */
/** @typedef {import("./card/card.js").Card} Card */
/** @typedef {{Card: typeof import("./card/card.js").Card} & typeof import("./gallery/gallery.js")} Views */

const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin", "dragenter", "paste"]; // that somebody is there
const LATER = 3_000; // ms until it is loaded anyway: the network may go
const isFolder = "folder" in document.documentElement.dataset; // `glimpse serve` shows one, and no photos come in
const stage = find(document, "#stage");
/** @type {Card | null} the photo that is shown in full */
let card = null;
/** @type {Map<string, AbortController>} of photos that are on their way, by key */
const underWay = new Map();
let adding = Promise.resolve();
/** @type {(photo: Photo) => void} shows the photos most like one, where there is an index */
let searchAlike = () => {};

/** @type {Views | null} the card and the list, loaded before they are first needed */
let views = null;
/** @type {Promise<Views> | null} */
let loading = null;

/** @type {Promise<Photo[]>} the photos of earlier visits, once they are read */
let stored = Promise.resolve([]);
/** @type {Promise<void>} when those of them that wait are on their way again */
let resumed = Promise.resolve();

startWording();
if (isFolder) showFolder().catch(reportProblem);
else takePhotos();

/** The photos of this browser, and those that come in. */
function takePhotos() {
  SIGNS.forEach((sign) => addEventListener(sign, loadAhead, { once: true }));
  setTimeout(loadAhead, LATER);
  startIntake((files, { example = false } = {}) => {
    adding = adding.then(() => add(files)).then(() => (example ? card?.focus() : undefined)).catch(reportProblem);
  });
  watchCard();
  const unsubscribe = browserStore.subscribe(() => {
    unsubscribe();
    loadViews().then(({ redraw }) => redraw()).catch(reportProblem); // with the first part of what is stored
  });
  onActivity((key) => key === card?.photo.key && card.update());
  stored = browserStore.load(loadAhead);
  resumed = stored.then(resume).catch(reportProblem);
  limits.then(({ access }) => (access.kind === "open" ? undefined : askForAccess(access))).catch(reportProblem);
  limits.then(({ uploadDays }) => (find(document, "#kept").textContent = text.kept(uploadDays)));
  askBeforeLoss();
  sendDeletions(plannedDeletions()); // those that an earlier visit could not send
  addEventListener("online", showConnection);
  addEventListener("offline", showConnection);
  showConnection();
}

/** The photos of a folder, which its server reads and captions. */
async function showFolder() {
  const [{ CollectionStore }, shelves] =
    await Promise.all([import("./store/collection.js"), import("./gallery/shelves.js")]);
  const folder = new CollectionStore(reportProblem);
  useStore(folder);
  watchCard();
  const { redraw } = await loadViews();
  shelves.startShelves(folder);
  searchAlike = shelves.searchAlike;
  redraw();
  await folder.load();
}

function watchCard() {
  store.subscribe((keys) => card && keys.includes(card.photo.key) && updateCard(card));
}

/** @returns {Promise<Views>} */
function loadViews() {
  loading ??= Promise.all([import("./card/card.js"), import("./gallery/gallery.js")]).then(([{ Card }, gallery]) => {
    gallery.startGallery({
      onOpen: (photo) => open(photo).focus(),
      onRetry: retry,
      onRemove: remove,
      isHidden: (photos) =>
        !isFolder && (photos.length === 0 || (photos.length === 1 && card?.photo === photos[0])),
    });
    return (views = { Card, ...gallery });
  });
  loading.catch(() => (loading = null)); // without a network: tried again when it is needed
  return loading;
}

/** What is needed once there is a photo to caption. */
async function loadIntake() {
  const parts = await Promise.all([
    import("./intake/captioning.js"),
    import("./intake/duplicates.js"),
    import("./store/browser/thumbnail.js"), // without a network, pictures can still be made
  ]);
  return { ...parts[0], ...parts[1] };
}

function loadAhead() {
  Promise.all([loadViews(), loadIntake()]).catch(() => {});
}

/** @param {unknown} error */
function reportProblem(error) {
  reportError(error);
  notify(views ? text.errors.internal_error : text.errors.unreachable);
}

/** @param {File[]} files  chosen together; those that are here already are not added again */
async function add(files) {
  clearNotice();
  const [{ findSame }] = await Promise.all([loadIntake(), loadViews(), stored.catch(() => {})]);
  const known = browserStore.list();
  /** @type {Photo[]} */
  const photos = [];
  /** @type {Photo[]} */
  const same = [];
  for (const file of files) {
    const here = await findSame(file, [...known, ...photos]);
    if (here) same.push(here);
    else photos.push(accept(file, photos[0]?.batch));
  }
  await browserStore.put(...photos);
  if (same.length > 0) notify(text.already(same.length));
  const only = photos.length === 1 ? photos[0] : photos.length === 0 && same.length === 1 ? same[0] : null;
  if (only) open(only);
  else if (photos.length > 0) showList(photos.length);
  keepFiles(photos);
  captionAll(photos);
}

/**
 * @param {File} file
 * @param {number | undefined} batch
 */
function accept(file, batch) {
  const photo = newPhoto(file.name, file.size, batch);
  browserStore.hold(photo.key, file);
  return photo;
}

/** @param {number} count  of photos that were added */
function showList(count) {
  close();
  announce(text.added(count));
  requestAnimationFrame(() => find(document, "#gallery").scrollIntoView());
}

/**
 * Captions photos that belong together, and says so once for all of them.
 *
 * @param {Photo[]} photos
 */
async function captionAll(photos) {
  await Promise.all(photos.map(start));
  const there = photos.filter(({ key }) => store.get(key));
  const failed = there.filter(({ failure }) => failure !== null).length;
  if (photos.length > 1 && there.length > 0) announce(text.finished(there.length - failed, failed));
  await keepPictures(there); // now, because while photos are captioned only those in view are needed
  await trimFiles();
}

/** @param {Photo} photo */
async function start(photo) {
  const abort = new AbortController();
  underWay.set(photo.key, abort);
  const { captionPhoto } = await loadIntake();
  await captionPhoto({ photo, signal: abort.signal });
  underWay.delete(photo.key);
  if (abort.signal.aborted) return;
  if (photo.failure) announce(text.failed(photo.name, photo.failure.message));
  else if (card?.photo === photo) announce(text.described(headline(photo), certaintyWords(photo)));
}

/** @param {Photo} photo */
async function retry(photo) {
  photo.failure = null;
  await store.update(photo);
  await captionAll([photo]);
}

/** @param {Photo} photo  that is not wanted any more */
async function remove(photo) {
  underWay.get(photo.key)?.abort();
  if (photo.captionUrl) planDeletions([photo.captionUrl]);
  await browserStore.remove(photo.key);
  if (photo.captionUrl) sendDeletions([photo.captionUrl]);
  await browserStore.purge(photo.key);
}

/** @param {import("./server/api.js").Access} access  that has to be asked for; most sites are open */
async function askForAccess(access) {
  const { startAccess } = await import("./intake/access.js");
  await resumed;
  await startAccess(access, () => store.list().filter(({ failure }) => failure?.refused).forEach(retry));
}

/** @param {Photo[]} photos  as the last visit left them: some may still wait for a caption */
async function resume(photos) {
  if (photos.length === 0) return;
  await Promise.all([loadViews(), loadIntake()]);
  const waiting = photos.filter(isWaiting);
  if (waiting.length === 1) open(waiting[0]);
  captionAll(waiting);
}

/**
 * @param {Photo} photo  to show in full
 * @returns {Card}
 */
function open(photo) {
  const { Card, redraw, search } = /** @type {Views} */ (views);
  const shown = card?.photo === photo ? card : new Card(photo, {
    onRetry: () => retry(photo),
    onRemove: () => closeOrRemove(photo),
    onTag: search,
    onAlike: () => searchAlike(photo),
  });
  if (shown !== card) {
    card = shown;
    stage.replaceChildren(shown.element);
    redraw();
  }
  const { top } = stage.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) stage.scrollIntoView(); // it may have been opened from far down the list
  return shown;
}

function close() {
  card?.element.remove();
  card = null;
  views?.redraw();
}

/** @param {Photo} photo  closed if it has its caption, otherwise removed */
async function closeOrRemove(photo) {
  if (!photo.record) await remove(photo);
  close();
  views?.focusRow(photo.key);
}

/** @param {Card} card */
function updateCard({ photo }) {
  if (store.get(photo.key) === photo) card?.update();
  else close();
}

function showConnection() {
  find(document, "#offline").textContent = navigator.onLine ? "" : text.offlinePage;
}
