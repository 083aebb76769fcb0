/** Where JPEG, PNG and WebP keep their metadata, and that all else in them stays as it is. */

import assert from "node:assert/strict";
import test from "node:test";
import zlib from "node:zlib";
import { ascii, concat, startsWith, view } from "../../site/embed/bytes.js";
import * as jpeg from "../../site/embed/jpeg.js";
import * as png from "../../site/embed/png.js";
import * as webp from "../../site/embed/webp.js";
import { JPEG, LOSSLESS, LOSSY, jpeg as jpegWith, png as pngWith, pngChunk, riff, segment, webpChunk, XMP } from "./files.js";

const PACKET = ascii("<x:xmpmeta/>");
const LONGER = ascii("<x:xmpmeta>longer</x:xmpmeta>");
const PNG = pngWith();
const NEW = [{ kind: "xmp", content: PACKET }];

for (const [name, container, file] of [
  ["JPEG", jpeg, JPEG],
  ["PNG", png, PNG],
  ["WebP", webp, LOSSLESS],
]) {
  test(`a packet that is written into a ${name} is read from it`, async () => {
    assert.deepEqual(await container.read(file), []);
    const once = await container.write(file, NEW);
    const [field, ...others] = await container.read(once);
    assert.deepEqual([field.kind, concat(field.content), others.length], ["xmp", PACKET, 0]);
    const twice = await container.write(once, [{ ...field, content: LONGER }]);
    const [longer] = await container.read(twice);
    assert.deepEqual(concat(longer.content), LONGER);
    assert.deepEqual(await container.write(twice, [{ ...longer, content: PACKET }]), once); // replaced, not added
  });
}

test("all else of a JPEG stays, and JFIF and Exif come first", () => {
  const written = jpeg.write(JPEG, NEW);
  const length = 4 + XMP.length + PACKET.length;
  const at = Buffer.from(written).indexOf(XMP) - 4;
  assert.deepEqual(concat(written.subarray(0, at), written.subarray(at + length)), concat(JPEG));
  assert.ok(startsWith(written, "JFIF", 6));
  assert.ok(at > 6);
});

test("a packet longer than a JPEG's segment is refused", () => {
  assert.throws(() => jpeg.write(JPEG, [{ kind: "xmp", content: new Uint8Array(65_530) }]), { code: "no_room" });
});

test("metadata of a JPEG is found behind bytes that belong to no segment", () => {
  const [field] = jpeg.read(jpegWith([0xff, 0xff, 0x00, 0x12], segment(0xe1, XMP, PACKET)));
  assert.deepEqual(concat(field.content), PACKET);
});

for (const [name, file] of [
  ["without a picture", JPEG.subarray(0, 20)],
  ["whose segment ends behind the file", concat(JPEG.subarray(0, 20), [0xff, 0xe1, 0xff, 0xff], PACKET)],
]) {
  test(`a JPEG ${name} is refused`, () => {
    assert.throws(() => jpeg.read(file), { code: "damaged_metadata" });
  });
}

test("all else of a PNG stays, and the chunk's checksum is right", async () => {
  const written = await png.write(PNG, NEW);
  const at = Buffer.from(written).indexOf("iTXt") - 4;
  const end = at + 12 + view(written).getUint32(at);
  assert.deepEqual(concat(written.subarray(0, at), written.subarray(end)), PNG);
  assert.equal(view(written).getUint32(end - 4), zlib.crc32(written.subarray(at + 4, end - 4)));
});

for (const [type, head, content] of [
  ["iTXt", "XML:com.adobe.xmp\0\x01\0en\0XMP\0", zlib.deflateSync(PACKET)],
  ["zTXt", "XML:com.adobe.xmp\0\0", zlib.deflateSync(PACKET)],
  ["tEXt", "XML:com.adobe.xmp\0", PACKET],
]) {
  test(`a packet of a PNG in ${type} is read, and replaced in the same manner`, async () => {
    const file = pngWith(pngChunk(type, concat(ascii(head), content)));
    const [field] = await png.read(file);
    assert.deepEqual(concat(field.content), PACKET);
    const written = await png.write(file, [{ ...field, content: LONGER }]);
    const at = Buffer.from(written).indexOf(`${type}${head}`);
    assert.equal(at, 8 + 25 + 4);
    assert.deepEqual(concat((await png.read(written))[0].content), LONGER);
  });
}

test("a packet of a PNG that cannot be unpacked is not taken for none", async () => {
  const file = pngWith(pngChunk("iTXt", concat(ascii("XML:com.adobe.xmp\0\x01\0\0\0"), [1, 2, 3])));
  await assert.rejects(png.read(file), { code: "damaged_metadata" });
});

test("a PNG with Apple's chunk before the header gets its packet behind the header", async () => {
  const file = concat(PNG.subarray(0, 8), pngChunk("CgBI", [0, 0, 0, 0]), PNG.subarray(8));
  const written = Buffer.from(await png.write(file, NEW));
  assert.ok(written.indexOf("CgBI") < written.indexOf("IHDR"));
  assert.ok(written.indexOf("IHDR") < written.indexOf("iTXt"));
  assert.ok(written.indexOf("iTXt") < written.indexOf("IDAT"));
});

test("a simple WebP becomes an extended one of the same size", () => {
  for (const [file, flags] of [[LOSSLESS, 0x14], [LOSSY, 0x04]]) {
    const written = webp.write(file, NEW);
    assert.ok(startsWith(written, "VP8X", 12));
    assert.equal(written[20], flags); // XMP, and alpha where there is one
    assert.deepEqual([...written.subarray(24, 30)], [99, 0, 0, 49, 0, 0]); // both less one
    assert.equal(view(written).getUint32(4, true), written.length - 8);
  }
});

test("an extended WebP keeps its header's other flags and its chunks", () => {
  const header = webpChunk("VP8X", [0x08, 0, 0, 0, 99, 0, 0, 49, 0, 0]);
  const exif = webpChunk("EXIF", ascii("odd"));
  const written = webp.write(riff(header, LOSSY.subarray(12), exif), NEW);
  assert.equal(written[20], 0x0c);
  assert.ok(Buffer.from(written).includes(Buffer.from(exif)));
});

test("a WebP without a picture is refused", () => {
  assert.throws(() => webp.write(riff(webpChunk("EXIF", ascii("odd"))), NEW), { code: "damaged_metadata" });
});
