/** The photo on a card: the user's own file or, after a reload, its thumbnail. */

import { find } from "../lib/dom.js";
import { text } from "../strings/en.js";

/**
 * @param {HTMLElement} root  the card's .picture
 * @param {Blob | null} file
 * @param {string} name
 */
export function showPicture(root, file, name) {
  const image = /** @type {HTMLImageElement} */ (find(root, "img"));
  const showNoPreview = () => {
    find(root, ".frame").hidden = true;
    const message = find(root, ".no-preview");
    message.textContent = text.noPreview;
    message.hidden = false;
  };
  // Not the caption: a screen reader reads that next, and would say it twice.
  image.alt = text.photo(name);
  if (!file) {
    showNoPreview();
    return;
  }
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => {
    URL.revokeObjectURL(image.src);
    root.style.setProperty("--ratio", String(image.naturalWidth / image.naturalHeight));
  });
  image.addEventListener("error", () => {
    URL.revokeObjectURL(image.src);
    showNoPreview();
  });
}
