import assert from "node:assert/strict";
import test from "node:test";
import { migrated } from "../../site/store/browser/migration.js";
import { newPhoto } from "../../site/photo.js";
import { ATTENTION, photo } from "./photos.js";

/** A photo as version 0.1 stored it. */
function stored(alt_text, words = ["a", "dog", "sits"], tags = ["dog"]) {
  const record = {
    caption: words.join(" "),
    alt_text,
    confidence: 0.6,
    words: words.map((word) => ({ word, probability: 0.5, attention: ATTENTION })),
    tags,
    alternatives: [{ caption: "a cat", confidence: 0.1 }],
  };
  return photo({ record });
}

const places = ({ record }) => record.words.map(({ start, end }) => [start, end]);

test("a photo with today's record, or without one, passes unchanged", () => {
  for (const one of [photo(), newPhoto("waiting.jpg")]) assert.equal(migrated(one), one);
});

test("a photo of version 0.2 gets what that did not know", () => {
  const { key, id, name, addedAt, record, own, decorative } = photo({ key: "old" });
  const one = migrated({ key, id, captionUrl: "", name, addedAt, record, own, decorative });
  assert.deepEqual([one.key, one.batch, one.reviewed, one.draft, one.failure], ["old", addedAt, false, null, null]);
  assert.deepEqual(Object.keys(one).sort(), Object.keys(newPhoto("")).sort());
});

test("a plain caption was likely, and its words are found in it", () => {
  const { record } = migrated(stored("A dog sits."));
  assert.equal(record.certainty, "likely");
  assert.equal(record.language, "en");
  assert.deepEqual(places({ record }), [[0, 1], [2, 5], [6, 10]]);
});

test("a hedged caption was possible; its words are not sought in the hedge", () => {
  const one = migrated(stored("Possibly a sly dog.", ["sly", "dog"]));
  assert.equal(one.record.certainty, "possible");
  assert.deepEqual(places(one), [[11, 14], [15, 18]]);
});

test("the apology of earlier versions is no alt text, and offers no alternatives", () => {
  const one = migrated(stored("No description: the model cannot tell what this shows."));
  assert.equal(one.record.certainty, "none");
  assert.equal(one.record.alt_text, "");
  assert.deepEqual(one.record.alternatives, []);
  assert.deepEqual(places(one), [[null, null], [null, null], [null, null]]);
});

test("words that were trimmed from the alt text have no place", () => {
  const one = migrated(stored("A dog.", ["shot", "of", "a", "dog"]));
  assert.deepEqual(places(one), [[null, null], [null, null], [0, 1], [2, 5]]);
});

test("tags of both earlier forms have a word", () => {
  const { record } = migrated(stored("A dog sits.", ["a"], ["dog", { word: "grass", probability: 0.4 }]));
  assert.deepEqual(record.tags, [{ word: "dog", probability: null }, { word: "grass", probability: 0.4 }]);
});
