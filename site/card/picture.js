/** The photo on a card: the user's own file or, where that is no longer here, its small copy. */

import { find } from "../lib/dom.js";
import { text } from "../strings/en.js";

/**
 * @param {HTMLElement} root  the card's .picture
 * @param {Blob | null} file
 */
export function showPicture(root, file) {
  const image = /** @type {HTMLImageElement} */ (find(root, "img"));
  const showNoPreview = () => {
    find(root, ".frame").hidden = true;
    const message = find(root, ".no-preview");
    message.textContent = text.noPreview;
    message.hidden = false;
  };
  image.alt = text.photo; // not the description, which has just been read
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
