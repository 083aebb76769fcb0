/** Whole files: captions go in, and nothing of the owner's is lost. Each of these has gone wrong once. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import zlib from "node:zlib";
import { ascii, concat, view } from "../../site/embed/bytes.js";
import { canEmbed, embed } from "../../site/embed/embed.js";
import {
  alternatives,
  dataSet,
  JPEG,
  jpeg,
  jpegWithXmp,
  LOSSY,
  packet,
  png,
  pngChunk,
  resource,
  riff,
  segment,
  tiff,
  webpChunk,
  xmpChunk,
} from "./files.js";

const WORDS = { words: "A dog runs.", language: "en", tags: ["dog"] };
const OLD = alternatives("dc:description", { "x-default": "old words" });
const DESCRIBED = alternatives("dc:description", { "x-default": WORDS.words });

async function embedded(bytes, words = WORDS) {
  const file = await embed(new File([bytes], "photo.jpg"), words);
  assert.equal(file.name, "photo.jpg");
  return Buffer.from(await file.arrayBuffer());
}

function count(bytes, text) {
  return bytes.toString("latin1").split(text).length - 1;
}

test("JPEG, PNG and WebP take a caption, other formats do not", async () => {
  for (const bytes of [JPEG, png(), LOSSY]) assert.ok(await canEmbed(new File([bytes], "photo")));
  for (const text of ["GIF89a", "BM", "no photo"]) assert.ok(!(await canEmbed(new File([ascii(text)], "photo.jpg"))));
});

test("what stands behind the end that RIFF's size gives stays behind, and is no chunk", async () => {
  for (const behind of [ascii("8BIM\x04\x04\0\0\0\0\0\x05words"), ascii("text"), new Uint8Array(9)]) {
    const saved = await embedded(concat(LOSSY, behind));
    const end = 8 + view(saved).getUint32(4, true);
    assert.deepEqual(saved.subarray(end), Buffer.from(behind));
    assert.equal(saved.subarray(0, end).lastIndexOf("XMP "), saved.lastIndexOf("XMP "));
    assert.ok(saved.subarray(12, end).includes(LOSSY.subarray(12)));
  }
});

test("a chunk with XMP that was appended without RIFF's size is described, and counted", async () => {
  const saved = await embedded(concat(LOSSY, webpChunk("XMP ", ascii(packet(OLD)))));
  assert.equal(view(saved).getUint32(4, true), saved.length - 8);
  assert.equal(count(saved, "old words"), 0);
  assert.equal(count(saved, DESCRIBED), 1);
});

test("a WebP whose last chunk lacks its padding gets it", async () => {
  const saved = await embedded(riff(LOSSY.subarray(12), ascii("ODD \x01\0\0\0"), [7]));
  assert.ok(saved.includes(Buffer.from("ODD \x01\0\0\0\x07\0XMP ")));
});

test("what stands behind a PNG's end is not read, and stays", async () => {
  const behind = concat(xmpChunk(packet(OLD)), ascii("more"));
  const saved = await embedded(concat(png(), behind));
  assert.deepEqual(saved.subarray(-behind.length), Buffer.from(behind));
  assert.equal(count(saved, WORDS.words), 2); // in a packet of its own
  assert.ok(saved.lastIndexOf(WORDS.words) < saved.indexOf("IEND"));
});

test("what stands behind a JPEG's end stays", async () => {
  const behind = concat(ascii("a trailer"), segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", ascii(packet(OLD))));
  const saved = await embedded(concat(JPEG, behind));
  assert.deepEqual(saved.subarray(-behind.length), Buffer.from(behind));
});

for (const [name, file] of [
  ["JPEG", concat(jpeg(segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", ascii(packet(OLD))), jpegWithXmp(packet(OLD)).subarray(20)))],
  ["PNG", png(xmpChunk(packet(OLD)), xmpChunk(packet(OLD)))],
  ["WebP", riff(LOSSY.subarray(12), webpChunk("XMP ", ascii(packet(OLD))), webpChunk("XMP ", ascii(packet(OLD))))],
]) {
  test(`both of two packets in a ${name} get the new words`, async () => {
    const saved = await embedded(file);
    assert.equal(count(saved, "old words"), 0);
    assert.equal(count(saved, DESCRIBED), 2);
    assert.equal(count(saved, "A. Photographer"), 2);
  });
}

const EXTENSION = "http://ns.adobe.com/xmp/extension/\0";

test("words in extended XMP change too, and its packet names it by its new digest", async () => {
  const long = Buffer.from(packet(`${OLD}<xmp:Label>${"x".repeat(100_000)}</xmp:Label>`));
  const guid = createHash("md5").update(long).digest("hex").toUpperCase();
  const parts = [long.subarray(0, 65_000), long.subarray(65_000)].map((part, i) => {
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(long.length);
    numbers.writeUInt32BE(65_000 * i, 4);
    return segment(0xe1, EXTENSION, concat(ascii(guid), numbers, part));
  });
  const main = packet(`<xmpNote:HasExtendedXMP xmlns:xmpNote="http://ns.adobe.com/xmp/note/">${guid}</xmpNote:HasExtendedXMP>`);
  const xmp = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", ascii(main));
  const saved = await embedded(jpeg(xmp, parts[1], parts[0])); // in any order
  assert.equal(count(saved, "old words"), 0);
  const [, named] = /HasExtendedXMP[^>]*>(\w+)</.exec(saved.toString("latin1"));
  assert.equal(count(saved, named), 3); // in the packet and in both parts
  assert.equal(createHash("md5").update(joined(saved)).digest("hex").toUpperCase(), named);
});

function joined(saved) {
  const parts = [];
  for (let at = saved.indexOf(EXTENSION); at >= 0; at = saved.indexOf(EXTENSION, at + 1)) {
    parts.push(saved.subarray(at + EXTENSION.length + 40, at - 2 + saved.readUInt16BE(at - 2)));
  }
  return Buffer.concat(parts);
}

/** A JPEG that names a second picture behind it, and the place of its MPF segment. */
function withSecondPicture(segments, behind, second) {
  const entries = new Uint8Array(32);
  const mpf = concat([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0xb0, 0x02, 0, 7, 0, 0, 0, 32, 0, 0, 0, 26, 0, 0, 0, 0], entries);
  const first = jpeg(...segments, segment(0xe2, "MPF\0", mpf), ...behind);
  const base = Buffer.from(first).indexOf("MPF\0") + 4;
  view(first).setUint32(base + 26 + 4, first.length);
  view(first).setUint32(base + 26 + 16 + 4, second.length);
  view(first).setUint32(base + 26 + 16 + 8, first.length - base);
  return concat(first, second);
}

for (const [name, segments, behind] of [
  ["before XMP", [], [segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", ascii(packet(OLD)))]],
  ["behind XMP", [segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", ascii(packet(OLD)))], []],
  ["without XMP", [], []],
  ["before a longer EXIF", [], [segment(0xe1, "Exif\0\0", tiff({ [0x010e]: ascii("old\0") }))]],
]) {
  test(`a second picture is where MPF says (${name})`, async () => {
    const second = concat([0xff, 0xd8, 0xff, 0xdb], ascii("a gain map"));
    const saved = await embedded(withSecondPicture(segments, behind, second));
    const base = saved.indexOf("MPF\0") + 4;
    const start = base + saved.readUInt32BE(base + 26 + 16 + 8);
    assert.deepEqual(saved.subarray(start), Buffer.from(second));
    assert.equal(saved.readUInt32BE(base + 26 + 16 + 4), second.length);
    assert.equal(saved.readUInt32BE(base + 26 + 4), start); // the first picture's length
  });
}

for (const [name, little] of [["little-endian", true], ["big-endian", false]]) {
  test(`a preview behind the picture is where the maker's notes say (${name})`, async () => {
    for (const description of ["old\0", "a long enough description\0"]) {
      const preview = concat([0xff, 0xd8, 0xff, 0xdb], ascii("a preview"));
      const notes = concat(ascii("Maker"), [0, 0, 0, 0], ascii("!")); // the offset stands at no even place
      const exif = segment(0xe1, "Exif\0\0", tiff({ [0x010e]: ascii(description), [0x927c]: notes }, little));
      const file = concat(jpeg(exif), preview);
      const base = Buffer.from(file).indexOf("Exif\0\0") + 6;
      view(file).setUint32(Buffer.from(file).indexOf("Maker") + 5, file.length - preview.length - base, little);
      const saved = await embedded(file);
      const offset = view(saved).getUint32(saved.indexOf("Maker") + 5, little);
      assert.deepEqual(saved.subarray(saved.indexOf("Exif\0\0") + 6 + offset), Buffer.from(preview));
    }
  });
}

test("descriptions that a camera left in EXIF and IPTC change with XMP", async () => {
  const exif = segment(0xe1, "Exif\0\0", tiff({ [0x010e]: ascii("OLYMPUS DIGITAL CAMERA\0"), [0x010f]: ascii("Olympus\0") }));
  const iptc = segment(0xed, "Photoshop 3.0\0", resource(0x0404, concat(dataSet(2, 120, "old words"), dataSet(2, 90, "Oslo"))));
  const saved = await embedded(jpeg(exif, iptc));
  assert.equal(count(saved, WORDS.words), 4); // XMP has two
  assert.equal(count(saved, "OLYMPUS DIGITAL CAMERA") + count(saved, "old words"), 0);
  assert.equal(count(saved, "Olympus") + count(saved, "Oslo"), 2);
});

test("Photoshop's resources that fill several segments are read as one, and written so", async () => {
  const all = concat(resource(0x0404, dataSet(2, 120, "old words")), resource(0x040c, new Uint8Array(60_000)), resource(0x0fa0, new Uint8Array(60_000)));
  const segments = [all.subarray(0, 15), all.subarray(15, 65_000), all.subarray(65_000)].map((part) => segment(0xed, "Photoshop 3.0\0", part));
  const saved = await embedded(jpeg(...segments));
  assert.equal(count(saved, "old words"), 0);
  assert.equal(count(saved, "Photoshop 3.0\0"), 2);
  assert.equal(count(saved, WORDS.words), 3);
});

test("EXIF that goes on in a second segment stays one", async () => {
  const all = concat(tiff({ [0x010e]: ascii("old words\0") }), new Uint8Array(90_000).fill(1));
  const segments = [all.subarray(0, 65_000), all.subarray(65_000)].map((part) => segment(0xe1, "Exif\0\0", part));
  const saved = await embedded(jpeg(...segments), { ...WORDS, words: "A longer description than before." });
  assert.equal(count(saved, "old words"), 0);
  assert.equal(count(saved, "Exif\0\0"), 2);
  assert.equal(count(saved, "A longer description than before."), 3);
});

function rawProfile(name, bytes) {
  const hex = Buffer.from(bytes).toString("hex").match(/.{1,72}/g);
  return ascii(`\n${name}\n${String(bytes.length).padStart(8)}\n${hex.join("\n")}\n`);
}

test("metadata that ImageMagick writes into a PNG change too", async () => {
  const xmp = pngChunk("tEXt", concat(ascii("Raw profile type xmp\0"), rawProfile("xmp", ascii(packet(OLD)))));
  const iptc = rawProfile("IPTC profile", resource(0x0404, dataSet(2, 120, "old words")));
  const exif = rawProfile("exif", concat(ascii("Exif\0\0"), tiff({ [0x010e]: ascii("old words\0") })));
  const packed = pngChunk("zTXt", concat(ascii("Raw profile type exif\0\0"), zlib.deflateSync(exif)));
  const saved = await embedded(png(xmp, pngChunk("tEXt", concat(ascii("Raw profile type iptc\0"), iptc)), packed));
  const hex = (text) => Buffer.from(text).toString("hex");
  const texts = saved.toString("latin1").replaceAll("\n", "");
  assert.ok(!texts.includes(hex("old words")));
  assert.equal(texts.split(hex(WORDS.words)).length - 1, 3); // two in XMP, one in IPTC
  const start = saved.indexOf("Raw profile type exif\0\0") + 23;
  const length = saved.readUInt32BE(start - 23 - 8) - 23;
  assert.ok(zlib.inflateSync(saved.subarray(start, start + length)).toString().replaceAll("\n", "").includes(hex(WORDS.words)));
});

test("PNG's own Description changes where there is one", async () => {
  const text = pngChunk("tEXt", ascii("Description\0old words"));
  assert.equal(count(await embedded(png(text)), "tEXtDescription\0A dog runs."), 1);
  const saved = await embedded(png(text), { ...WORDS, words: "Zoë runs." });
  assert.equal(saved.toString().split("iTXtDescription\0\0\0\0\0Zoë runs.").length - 1, 1);
  assert.equal(count(saved, "old words"), 0);
});

test("control characters in the words become spaces", async () => {
  assert.equal(count(await embedded(JPEG, { ...WORDS, words: "A dog\n\0runs." }), "A dog runs."), 2);
});
