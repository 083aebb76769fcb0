import assert from "node:assert/strict";
import test from "node:test";
import { prepareSearch, searchPhotos } from "../../site/store/browser/search.js";
import { preferNeutral } from "../../site/photo.js";
import { gendered, photo, record, withheld } from "./photos.js";

const dog = photo({ name: "IMG_10.jpg", addedAt: 1, batch: 1 });
const cafe = photo({ name: "IMG_9.jpg", addedAt: 2, batch: 2, own: "Café terrace", record: record({ confidence: 0.2 }) });
const none = photo({ name: "IMG_11.jpg", addedAt: 3, batch: 3, record: withheld() });
const all = [dog, cafe, none];

const found = (query, order = "oldest") => searchPhotos(all, query, order).map(({ name }) => name);

test("every word must begin one, in the alt text, the tags or the file's name", () => {
  assert.deepEqual(found("si img_1"), ["IMG_10.jpg"]);
  assert.deepEqual(found("its"), []); // inside "sits"
  assert.deepEqual(found("sits img_10"), ["IMG_10.jpg"]);
  assert.deepEqual(found("dog 11"), ["IMG_11.jpg"]); // a tag
  assert.deepEqual(found("dog zeppelin"), []);
  assert.deepEqual(found(" "), ["IMG_10.jpg", "IMG_9.jpg", "IMG_11.jpg"]);
});

test("a phrase in quotation marks must occur as it is, in whole words", () => {
  assert.deepEqual(found('"dog sits"'), ["IMG_10.jpg", "IMG_9.jpg"]);
  assert.deepEqual(found('"sits dog"'), []);
  assert.deepEqual(found('“dog si”'), []);
  assert.deepEqual(found('"dog si'), ["IMG_10.jpg", "IMG_9.jpg"]); // not closed yet
});

test("case and accents do not matter", () => {
  assert.deepEqual(found("CAFE"), ["IMG_9.jpg"]);
});

test("the generated text is found where a person wrote another; a withheld caption is not", () => {
  assert.deepEqual(found("sits"), ["IMG_10.jpg", "IMG_9.jpg"]);
});

test("a photo is found by its words as they are now", () => {
  const changing = photo({ own: "Rex sits." });
  const has = (query) => searchPhotos([changing], query, "oldest").length === 1;
  assert.ok(has("rex"));
  changing.own = "Bella sits.";
  prepareSearch([changing]);
  assert.deepEqual([has("rex"), has("bella")], [false, true]);
});

test("a photo is found by the wording that is shown", (t) => {
  const told = photo({ record: gendered() });
  const has = (query) => searchPhotos([told], query, "oldest").length === 1;
  assert.deepEqual([has("man"), has("person")], [true, false]);
  preferNeutral(true);
  t.after(() => preferNeutral(false));
  prepareSearch([told]);
  assert.deepEqual([has("man"), has("person")], [false, true]);
});

test("orders", () => {
  assert.deepEqual(found("", "newest"), ["IMG_11.jpg", "IMG_9.jpg", "IMG_10.jpg"]);
  assert.deepEqual(searchPhotos([dog, { ...cafe, batch: 1 }], "", "newest"), [dog, { ...cafe, batch: 1 }]); // chosen together
  assert.deepEqual(found("", "name"), ["IMG_9.jpg", "IMG_10.jpg", "IMG_11.jpg"]); // 9 before 10
  assert.deepEqual(found("", "most-certain"), ["IMG_10.jpg", "IMG_9.jpg", "IMG_11.jpg"]);
  assert.deepEqual(found("", "least-certain"), ["IMG_11.jpg", "IMG_9.jpg", "IMG_10.jpg"]);
});

test("the photos that are searched keep their own order", () => {
  searchPhotos(all, "", "newest");
  assert.deepEqual(all, [dog, cafe, none]);
});
