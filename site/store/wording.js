/** Which of a record's two wordings is shown, as this browser remembers it. */

import { preferNeutral } from "../photo.js";
import { store } from "./store.js";

const KEY = "glimpse-neutral";

let neutral = false;

/** To be called once, before anything is shown. */
export function startWording() {
  try {
    neutral = localStorage.getItem(KEY) === "yes";
  } catch {
    neutral = false; // no storage in this window
  }
  preferNeutral(neutral);
}

export function isNeutral() {
  return neutral;
}

/** @param {boolean} prefer  wordings without gender; what a person wrote stays as it is */
export function setNeutral(prefer) {
  neutral = prefer;
  preferNeutral(prefer);
  try {
    localStorage.setItem(KEY, prefer ? "yes" : "no");
  } catch {
    // not remembered
  }
  store.reword();
}
