/** Which of a record's two wordings is shown, as this browser remembers it. */

import { preferNeutral } from "../photo.js";
import { store } from "./store.js";

const KEY = "glimpse-neutral";

/** To be called once, before anything is shown. */
export function startWording() {
  try {
    preferNeutral(localStorage.getItem(KEY) === "yes");
  } catch {
    preferNeutral(false); // no storage in this window
  }
}

/** @param {boolean} prefer  wordings without gender; what a person wrote stays as it is */
export function setNeutral(prefer) {
  preferNeutral(prefer);
  try {
    localStorage.setItem(KEY, prefer ? "yes" : "no");
  } catch {
    // not remembered
  }
  store.reword();
}
