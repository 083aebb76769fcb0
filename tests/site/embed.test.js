/** The containers; what stands in a packet needs a browser's XML and is tested in tests/e2e/test_embed.py. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import zlib from "node:zlib";
import { ascii, concat, startsWith, view } from "../../site/embed/bytes.js";
import * as jpeg from "../../site/embed/jpeg.js";
import * as png from "../../site/embed/png.js";
import * as webp from "../../site/embed/webp.js";

const PACKET = ascii("<x:xmpmeta/>");
const LONGER = ascii("<x:xmpmeta>longer</x:xmpmeta>");
const JPEG = new Uint8Array(readFileSync(new URL("../photos/dog.jpg", import.meta.url)));
const PNG = concat(
  ascii("\x89PNG\r\n\x1a\n"),
  pngChunk("IHDR", new Uint8Array(13)),
  pngChunk("IDAT", zlib.deflateSync(Buffer.from([0, 0]))),
  pngChunk("IEND", new Uint8Array(0)),
);
const LOSSLESS = riff(webpChunk("VP8L", [0x2f, 99, 0x40, 0x0c, 0x10])); // 100×50, with alpha
const LOSSY = riff(webpChunk("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 100, 0, 50, 0]));

function pngChunk(type, content) {
  const chunk = concat([0, 0, 0, 0], ascii(type), content, [0, 0, 0, 0]);
  view(chunk).setUint32(0, content.length);
  view(chunk).setUint32(chunk.length - 4, zlib.crc32(chunk.subarray(4, -4)));
  return chunk;
}

function webpChunk(type, content) {
  const chunk = concat(ascii(type), [0, 0, 0, 0], content, content.length % 2 ? [0] : []);
  view(chunk).setUint32(4, content.length, true);
  return chunk;
}

function riff(...chunks) {
  const file = concat(ascii("RIFF"), [0, 0, 0, 0], ascii("WEBP"), ...chunks);
  view(file).setUint32(4, file.length - 8, true);
  return file;
}

for (const [name, container, file] of [
  ["JPEG", jpeg, JPEG],
  ["PNG", png, PNG],
  ["WebP", webp, LOSSLESS],
]) {
  test(`a packet that is written into a ${name} is read from it`, async () => {
    assert.equal(await container.readXmp(file), null);
    const once = container.writeXmp(file, PACKET);
    assert.deepEqual(await container.readXmp(once), PACKET);
    const twice = container.writeXmp(once, LONGER);
    assert.deepEqual(await container.readXmp(twice), LONGER);
    assert.deepEqual(container.writeXmp(twice, PACKET), once); // replaced, not added
  });
}

test("all else of a JPEG stays, and JFIF and Exif come first", () => {
  const written = jpeg.writeXmp(JPEG, PACKET);
  const length = 4 + "http://ns.adobe.com/xap/1.0/\0".length + PACKET.length;
  const at = Buffer.from(written).indexOf("http://ns.adobe.com/xap/1.0/\0") - 4;
  assert.deepEqual(concat(written.subarray(0, at), written.subarray(at + length)), concat(JPEG));
  assert.ok(startsWith(written, "JFIF", 6));
  assert.ok(at > 6);
});

test("a packet longer than a JPEG's segment is refused", () => {
  assert.throws(() => jpeg.writeXmp(JPEG, new Uint8Array(65_530)), { code: "no_room" });
});

test("all else of a PNG stays, and the chunk's checksum is right", () => {
  const written = png.writeXmp(PNG, PACKET);
  const at = Buffer.from(written).indexOf("iTXt") - 4;
  const end = at + 12 + view(written).getUint32(at);
  assert.deepEqual(concat(written.subarray(0, at), written.subarray(end)), PNG);
  assert.equal(view(written).getUint32(end - 4), zlib.crc32(written.subarray(at + 4, end - 4)));
});

test("a compressed packet of a PNG is read", async () => {
  const content = concat(ascii("XML:com.adobe.xmp\0"), [1, 0, 0, 0], zlib.deflateSync(PACKET));
  const file = concat(PNG.subarray(0, 33), pngChunk("iTXt", content), PNG.subarray(33));
  assert.deepEqual(await png.readXmp(file), PACKET);
});

test("a simple WebP becomes an extended one of the same size", () => {
  for (const [file, flags] of [[LOSSLESS, 0x14], [LOSSY, 0x04]]) {
    const written = webp.writeXmp(file, PACKET);
    assert.ok(startsWith(written, "VP8X", 12));
    assert.equal(written[20], flags); // XMP, and alpha where there is one
    assert.deepEqual([...written.subarray(24, 30)], [99, 0, 0, 49, 0, 0]); // both less one
    assert.equal(view(written).getUint32(4, true), written.length - 8);
  }
});

test("an extended WebP keeps its header's other flags and its chunks", () => {
  const header = webpChunk("VP8X", [0x08, 0, 0, 0, 99, 0, 0, 49, 0, 0]);
  const exif = webpChunk("EXIF", ascii("odd"));
  const written = webp.writeXmp(riff(header, LOSSY.subarray(12), exif), PACKET);
  assert.equal(written[20], 0x0c);
  assert.ok(Buffer.from(written).includes(Buffer.from(exif)));
});
