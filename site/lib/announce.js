/** What is read out and not seen: the page shows the same in another place. */

import { createElement, find } from "./dom.js";

const region = find(document, "#announcements");
const DURATION = 10_000; // ms

/** @param {string} words */
export function announce(words) {
  const line = createElement("p", words);
  region.append(line);
  setTimeout(() => line.remove(), DURATION);
}
