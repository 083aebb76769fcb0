import assert from "node:assert/strict";
import test from "node:test";
import { text } from "../../site/strings/en.js";

test("the strings are frozen", () => {
  for (const part of [text, text.access, text.certainty, text.details, text.columns, text.errors, text.filters]) assert.ok(Object.isFrozen(part));
});

test("counts and lists read as English", () => {
  assert.equal(text.deleted(1), "1 photo deleted.");
  assert.equal(text.deleted(2), "2 photos deleted.");
  assert.equal(text.limits(["PNG"], 1024 ** 2), "PNG, up to 1 MB each");
  assert.equal(text.limits(["PNG", "GIF", "BMP"], 20 * 1024 ** 2), "PNG, GIF or BMP, up to 20 MB each");
  assert.equal(text.kept(undefined), "");
});

test("certainty is said by its own name, not by a threshold", () => {
  assert.equal(text.certainty.likely(0.1), "Fairly certain, 10% sure");
  assert.equal(text.certainty.possible(0.9), "May be wrong, 90% sure");
  assert.equal(text.certainty.possible(0.4), "Probably wrong, 40% sure");
  assert.match(text.certainty.none(), /not sure enough/);
});
