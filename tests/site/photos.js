/** Photos for the tests of the page's modules. */

import { newPhoto } from "../../site/photo.js";

export const ATTENTION = btoa("\xff".repeat(196));

/** A word of a caption that stands in the alt text. */
export function word(word, start) {
  return { word, start, end: start + word.length, probability: 0.9, attention: ATTENTION };
}

export function record(fields = {}) {
  return {
    id: "1",
    status: "captioned",
    caption: "a dog sits",
    confidence: 0.8,
    certainty: "likely",
    alt_text: "A dog sits.",
    language: "en",
    alternatives: [{ caption: "a cat sits", confidence: 0.3 }],
    words: [word("a", 0), word("dog", 2), word("sits", 6)],
    tags: [{ word: "dog", probability: 0.9 }],
    created_at: "2026-11-24T00:00:00Z",
    ...fields,
  };
}

/** A record that calls somebody a man, and its other wording. */
export function gendered() {
  const neutral = {
    caption: "a person sits on their horse",
    alt_text: "A person sits on their horse.",
    alternatives: [{ caption: "a person rides", confidence: 0.3 }],
    words: [word("a", 0), word("person", 2), word("sits", 9), word("on", 14), word("their", 17), word("horse", 23)],
    tags: [{ word: "person", probability: 0.9 }],
  };
  return record({
    caption: "a man sits on his horse",
    alt_text: "A man sits on his horse.",
    alternatives: [{ caption: "a man rides", confidence: 0.3 }],
    words: [word("a", 0), word("man", 2), word("sits", 6), word("on", 11), word("his", 14), word("horse", 18)],
    tags: [{ word: "man", probability: 0.9 }],
    neutral,
  });
}

/** What the server writes where it cannot describe a photo. */
export function withheld() {
  const words = record().words.map((word) => ({ ...word, start: null, end: null }));
  return record({ certainty: "none", alt_text: "", alternatives: [], confidence: 0.1, words });
}

export function photo(fields = {}) {
  return { ...newPhoto("dog.jpg"), id: "1", addedAt: Date.UTC(2026, 10, 24), record: record(), ...fields };
}
