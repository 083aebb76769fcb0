import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "../../site/intake/inspect.js";
import { FORMATS } from "../../site/lib/formats.js";

const LIMITS = { maxBytes: 100, formats: FORMATS };
const JXL = { name: "JPEG XL", content_types: ["image/jxl"], suffixes: [".jxl"] };
const PNG = FORMATS.filter(({ name }) => name === "PNG");

const file = (content, name = "photo.jpg", type = "image/jpeg") =>
  new File([Buffer.from(content, "latin1")], name, { type });

test("the type is told by content, whatever name and type say", async () => {
  assert.equal(await inspect(file("GIF89a", "notes.txt", "text/plain"), LIMITS), "image/gif");
});

test("what the server would refuse is refused, for good and with a reason", async () => {
  for (const [given, limits, code] of [
    [file(""), LIMITS, "empty_image"],
    [file("\xff\xd8\xff".padEnd(101)), LIMITS, "payload_too_large"],
    [file("Milk, bread"), LIMITS, "unsupported_format"],
    [file("\xff\xd8\xff"), { ...LIMITS, formats: PNG }, "unsupported_format"],
  ]) {
    await assert.rejects(inspect(given, limits), (error) => error.code === code && error.isPermanent && !error.isTransient);
  }
});

test("the message names the formats that the server takes", async () => {
  const formats = [...PNG, JXL];
  await assert.rejects(inspect(file("\xff\xd8\xff"), { ...LIMITS, formats }), /Choose a PNG or JPEG XL\.$/);
});

test("a format that only the server knows is told by declared type or suffix", async () => {
  const limits = { ...LIMITS, formats: [...FORMATS, JXL] };
  assert.equal(await inspect(file("\xff\x0a", "a.JXL", ""), limits), "image/jxl");
  assert.equal(await inspect(file("\xff\x0a", "a", "image/jxl"), limits), "image/jxl");
  await assert.rejects(inspect(file("Milk, bread"), limits), { code: "unsupported_format" });
});

test("a file that can no longer be read says so", async () => {
  const moved = { size: 1, name: "moved.jpg", type: "", slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) };
  await assert.rejects(inspect(moved, LIMITS), { code: "unreadable" });
});
