import assert from "node:assert/strict";
import test from "node:test";
import { pieces } from "../../site/attention/pieces.js";
import { word } from "./photos.js";

const texts = (altText, words) => pieces(altText, words).map(({ text, word }) => (word ? [text] : text));

test("words stand where the record says, with what is between them", () => {
  assert.deepEqual(texts("A dog sits.", [word("a", 0), word("dog", 2), word("sits", 6)]), [
    ["A"], " ", ["dog"], " ", ["sits"], ".",
  ]);
});

test("a word that is printed twice is the one at its own place", () => {
  assert.deepEqual(texts("A dog and a dog.", [word("dog", 12)]), ["A dog and a ", ["dog"], "."]);
});

test("a hedge belongs to no word", () => {
  assert.deepEqual(texts("Possibly a dog.", [word("a", 9), word("dog", 11)]), ["Possibly ", ["a"], " ", ["dog"], "."]);
});

test("words that are not printed are left out", () => {
  const trimmed = { ...word("shot", 0), start: null, end: null };
  assert.deepEqual(texts("A dog.", [trimmed, word("a", 0), word("dog", 2)]), [["A"], " ", ["dog"], "."]);
});

test("places count characters, also beyond the Basic Multilingual Plane", () => {
  assert.deepEqual(texts("🐕 sits.", [word("sits", 2)]), ["🐕 ", ["sits"], "."]);
});

test("no words: the alt text in one piece; no alt text: none", () => {
  assert.deepEqual(texts("A dog.", []), ["A dog."]);
  assert.deepEqual(texts("", []), []);
});
