import assert from "node:assert/strict";
import test from "node:test";
import { altText, needsDescription, newPhoto, preferNeutral, tagWords, wording } from "../../site/photo.js";
import { gendered, photo, record, withheld } from "./photos.js";

test("the alt text is the record's until a person writes another", () => {
  assert.equal(altText(photo()), "A dog sits.");
  assert.equal(altText(photo({ own: "Rex sits." })), "Rex sits.");
});

test("a decorative photo has an empty alt text, whatever was written", () => {
  assert.equal(altText(photo({ own: "Rex sits.", decorative: true })), "");
});

test("a photo needs a description where the record has none, no person wrote one and it is not decorative", () => {
  assert.ok(needsDescription(photo({ record: withheld() })));
  assert.equal(altText(photo({ record: withheld() })), "");
  assert.ok(!needsDescription(photo({ record: withheld(), own: "Rex sits." })));
  assert.ok(!needsDescription(photo({ record: withheld(), decorative: true })));
  assert.ok(!needsDescription(photo()));
  assert.ok(!needsDescription(newPhoto("waiting.jpg")));
});

test("certainty is the record's: neither a low confidence nor a trimmed text hides a caption", () => {
  const trimmed = record({ caption: "a close-up shot of a dog", alt_text: "A dog.", confidence: 0.01 });
  assert.ok(!needsDescription(photo({ record: trimmed })));
});

test("own text that the caption contains, or that contains it, hides nothing", () => {
  assert.ok(!needsDescription(photo({ own: "a close-up shot of a dog" })));
});

test("photos chosen together keep their order", () => {
  const added = ["1", "2", "3"].map((name) => newPhoto(name).addedAt);
  assert.ok(added[0] < added[1] && added[1] < added[2]);
});

test("tags are words, also where there is no caption yet", () => {
  assert.deepEqual(tagWords(photo({ record: withheld() })), ["dog"]);
  assert.deepEqual(tagWords(newPhoto("waiting.jpg")), []);
});

test("wordings without gender are shown where there are any and they are preferred", (t) => {
  const told = gendered();
  assert.equal(wording(told), told);
  preferNeutral(true);
  t.after(() => preferNeutral(false));
  assert.equal(wording(told), told.neutral);
  assert.equal(altText(photo({ record: told })), "A person sits on their horse.");
  assert.deepEqual(tagWords(photo({ record: told })), ["person"]);
  for (const other of [record(), record({ neutral: null })]) assert.equal(wording(other), other);
});

test("what a person wrote is worded as it was", (t) => {
  const edited = photo({ record: gendered(), own: "A man rides.", tags: ["man"] });
  preferNeutral(true);
  t.after(() => preferNeutral(false));
  assert.equal(altText(edited), "A man rides.");
  assert.deepEqual(tagWords(edited), ["man"]);
});
