/** What is done with all photos of the list, or with those that are selected: copy, export, delete. */

import { copy } from "../card/clipboard.js";
import { find } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { startMenu } from "../lib/menu.js";
import { focusUndo, notify } from "../lib/notice.js";
import { altText } from "../photo.js";
import { cancelDeletions, planDeletions, sendDeletions } from "../server/deletion.js";
import { browserStore, store } from "../store/store.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {{selected: () => Photo[], shown: () => Photo[], deselect: () => void}} Choice */

/** @type {Record<string, (photos: Photo[]) => Promise<void>>} loaded when they are asked for */
const EXPORTS = {
  csv: async (photos) => download((await import("./export_csv.js")).asCsv(photos), "glimpse.csv"),
  json: async (photos) => {
    const { asJson } = await import("./export_text.js");
    download(asJson(await Promise.all(photos.map(inFull))), "glimpse.json");
  },
  html: async (photos) => download((await import("./export_text.js")).asHtmlFile(photos), "glimpse.html"),
  markdown: async (photos) => download((await import("./export_text.js")).asMarkdownFile(photos), "glimpse.md"),
  zip: async (photos) => {
    const { asZip } = await import("./export_zip.js");
    notify(text.zipping(photos.length));
    const { file, missing } = await asZip(photos);
    download(file, "glimpse.zip");
    notify(text.zipped(photos.length - missing, missing));
  },
};

/**
 * @param {HTMLElement} root
 * @param {Choice} choice
 */
export function startBulk(root, choice) {
  startMenu(find(root, "#export"));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-export]"))) {
    button.addEventListener("click", () => exportAs(button.dataset.export ?? "", chosen(choice)));
  }
  find(root, "#copy-all").addEventListener("click", () => copyAll(chosen(choice)));
  find(root, "#delete").addEventListener("click", () => deleteAll(choice));
}

/**
 * @param {Choice} choice
 * @returns {Photo[]}  the selected ones, or all that are shown, in the order they were added
 */
function chosen({ selected, shown }) {
  const photos = selected();
  return [...(photos.length > 0 ? photos : shown())].sort((one, other) => one.addedAt - other.addedAt);
}

/**
 * @param {string} kind
 * @param {Photo[]} photos
 */
async function exportAs(kind, photos) {
  try {
    await EXPORTS[kind](await store.whole(photos));
  } catch (error) {
    reportError(error);
    notify(text.errors.unreachable);
  }
}

/**
 * @param {Photo} photo
 * @returns {Promise<Photo>}
 */
async function inFull(photo) {
  return { ...photo, record: await store.fullRecord(photo) };
}

/** @param {Photo[]} photos */
async function copyAll(photos) {
  const described = (await store.whole(photos)).filter(altText);
  const lines = described.map((photo) => `${photo.name}\t${altText(photo).replace(/\s+/g, " ")}`);
  notify((await copy(lines.join("\n"))) ? text.copiedAll(described.length) : text.copyFailed);
}

/** @param {Choice} choice */
async function deleteAll({ selected, deselect }) {
  const photos = selected();
  const everything = photos.length > 1 && photos.length === browserStore.list().length;
  if (everything && !(await confirmed(text.deleteAll(photos.length)))) return;
  const keys = photos.map(({ key }) => key);
  const urls = photos.flatMap(({ captionUrl }) => captionUrl || []);
  planDeletions(urls);
  deselect();
  await browserStore.remove(...keys);
  notify(text.deleted(photos.length), {
    undo: async () => {
      cancelDeletions(urls);
      await browserStore.put(...photos);
      find(document, "#gallery-heading").focus();
    },
    settle: () => {
      sendDeletions(urls);
      browserStore.purge(...keys);
    },
  });
  focusUndo(); // the button that had the focus is disabled, if not gone
}

/**
 * @param {string} question
 * @returns {Promise<boolean>}
 */
function confirmed(question) {
  const dialog = /** @type {HTMLDialogElement} */ (find(document, "#ask"));
  find(dialog, "#ask-words").textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
