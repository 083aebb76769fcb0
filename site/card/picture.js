/** The photo on a card: the user's own file, or what a reload has left of it. */

import { find } from "../lib/dom.js";
import { text } from "../strings/en.js";

/**
 * @param {HTMLElement} root  the card's .picture
 * @param {Blob | null} photo
 * @param {string} name
 */
export function showPicture(root, photo, name) {
  const image = /** @type {HTMLImageElement} */ (find(root, "img"));
  const frame = find(root, ".frame");
  const giveUp = () => {
    frame.hidden = true;
    const message = find(root, ".no-preview");
    message.textContent = text.noPreview;
    message.hidden = false;
  };
  // Not the caption: it is the next thing a screen reader reads, and would be heard twice.
  image.alt = text.photo(name);
  if (!photo) {
    giveUp();
    return;
  }
  image.src = URL.createObjectURL(photo);
  image.addEventListener("load", () => {
    URL.revokeObjectURL(image.src);
    root.style.setProperty("--ratio", String(image.naturalWidth / image.naturalHeight));
  });
  image.addEventListener("error", () => {
    URL.revokeObjectURL(image.src);
    giveUp();
  });
}
