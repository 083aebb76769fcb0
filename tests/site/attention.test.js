import assert from "node:assert/strict";
import test from "node:test";
import { join, split } from "../../site/store/browser/attention.js";
import { ATTENTION, record, word } from "./photos.js";

const neutral = {
  caption: "a person", alt_text: "A person.", alternatives: [], words: [word("a", 0), word("person", 2)], tags: [],
};

test("a record in two parts is the same when it is joined", () => {
  for (const whole of [record(), record({ neutral: null }), record({ neutral })]) {
    const parts = split(whole);
    assert.deepEqual(join(parts.record, parts.attention), whole);
  }
});

test("the attention of every word is in the second part alone", () => {
  const parts = split(record({ neutral }));
  assert.ok(!JSON.stringify(parts.record).includes(ATTENTION));
  assert.deepEqual(parts.attention, { words: Array(3).fill(ATTENTION), neutral: Array(2).fill(ATTENTION) });
});

test("a record whose attention is lost has its words", () => {
  const { record: said } = split(record());
  assert.equal(join(said, undefined), said);
});
