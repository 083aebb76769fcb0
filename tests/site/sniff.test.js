import assert from "node:assert/strict";
import test from "node:test";
import { FORMATS } from "../../site/lib/formats.js";
import { sniff } from "../../site/lib/sniff.js";

const typeOf = (bytes) => sniff(new Blob([Buffer.from(bytes, "latin1")]));

const HEADS = {
  "image/jpeg": ["\xff\xd8\xff\xe0"],
  "image/png": ["\x89PNG\r\n\x1a\n"],
  "image/webp": ["RIFF\0\0\0\0WEBPVP8 "],
  "image/gif": ["GIF87a", "GIF89a"],
  "image/bmp": ["BM\x01\x02\x03\x04\0\0\0\0", "BM\x01\x02\x03\x04abcd\x36\0\0\0\x28\0\0\0"],
  "image/tiff": ["II*\0", "MM\0*", "II+\0", "MM\0+"],
  "image/avif": ["\0\0\0\x20ftypavif", "\0\0\0\x20ftypavis"],
  "image/heic": ["\0\0\0\x20ftypheic", "\0\0\0\x20ftyphevc", "\0\0\0\x20ftypmif1", "\0\0\0\x20ftypmsf1"],
};

test("every format of the table is known by its first bytes, line breaks among them", async () => {
  assert.deepEqual(Object.keys(HEADS), FORMATS.map(({ content_types }) => content_types[0]));
  for (const [type, heads] of Object.entries(HEADS)) {
    for (const head of heads) assert.equal(await typeOf(head), type, JSON.stringify(head));
  }
  assert.equal(await typeOf("RIFF\n\n\n\nWEBP"), "image/webp");
});

test("what is no image has no type", async () => {
  for (const head of ["", "Milk, bread", "\xff\xd8", " \xff\xd8\xff", "RIFF\0\0\0\0WAVE", "\0\0\0\x20ftypisom"]) {
    assert.equal(await typeOf(head), undefined, JSON.stringify(head));
  }
});
