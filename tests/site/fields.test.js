/** EXIF, IPTC and Photoshop's resources: a description that is there is replaced, and all else stays. */

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import test from "node:test";
import { ascii, concat, view } from "../../site/embed/bytes.js";
import { describe } from "../../site/embed/fields/description.js";
import { describeExif, entriesOf } from "../../site/embed/fields/exif.js";
import { describeIptc, keywordsIn } from "../../site/embed/fields/iptc.js";
import { md5 } from "../../site/embed/fields/md5.js";
import { describeResources } from "../../site/embed/fields/photoshop.js";
import { dataSet, packet, resource, tiff } from "./files.js";

const DESCRIPTION = 0x010e;
const MAKE = 0x010f;
const UTF8 = dataSet(1, 90, "\x1b%G");
const WORDS = { words: "A dog.", language: "en", tags: ["dog"] };
const ACCENTED = { words: "Zoë – “ja”.", language: "nl", tags: ["Ångström"] };
const utf8 = (text) => new TextEncoder().encode(text);

function valueOf(bytes, tag) {
  const { start, length } = entriesOf(bytes).find((entry) => entry.tag === tag);
  return new TextDecoder().decode(bytes.subarray(start, start + length));
}

for (const little of [true, false]) {
  const order = little ? "little-endian" : "big-endian";

  test(`EXIF's description is replaced, and other values stay where they are (${order})`, () => {
    for (const old of ["OLYMPUS DIGITAL CAMERA         \0", "short\0", "abc\0", "\0"]) {
      for (const words of ["A dog sits on a large brown sofa beside a cat.", "Dog.", "ja"]) {
        const before = tiff({ [DESCRIPTION]: ascii(old), [MAKE]: ascii("Brownie\0") }, little);
        const after = describeExif(before, words);
        assert.equal(valueOf(after, DESCRIPTION), `${words}\0`);
        assert.equal(valueOf(after, MAKE), "Brownie\0");
        const [start, ...others] = [before, after].map((bytes) => entriesOf(bytes)[1].start);
        assert.deepEqual(others, [start]);
        assert.ok(!Buffer.from(after).includes(old.trimEnd().slice(0, -1) || "none"), old);
      }
    }
  });
}

test("EXIF's description is in UTF-8", () => {
  assert.equal(valueOf(describeExif(tiff({ [DESCRIPTION]: ascii("old\0") }), "Zoë"), DESCRIPTION), "Zoë\0");
});

test("EXIF without a description stays as it is", () => {
  const before = tiff({ [MAKE]: ascii("Brownie\0") });
  assert.equal(describeExif(before, "A dog."), before);
  const rubbish = ascii("no TIFF at all");
  assert.equal(describeExif(rubbish, "A dog."), rubbish);
});

test("a value that lies where EXIF's description does is not overwritten", () => {
  const shared = tiff({ [DESCRIPTION]: ascii("Brownie\0"), [MAKE]: ascii("Brownie\0") });
  view(shared).setUint32(10 + 12 + 8, entriesOf(shared)[0].start, true);
  const after = describeExif(shared, "A dog.");
  assert.equal(valueOf(after, MAKE), "Brownie\0");
  assert.equal(valueOf(after, DESCRIPTION), "A dog.\0");
});

test("IPTC's caption is replaced, tags follow its keywords, and all else stays", () => {
  const before = concat(dataSet(2, 0, [0, 4]), dataSet(2, 25, "cat"), dataSet(2, 25, "DOG"), dataSet(2, 120, "old"), dataSet(2, 90, "Oslo"), [0, 0]);
  const after = describeIptc(before, { ...WORDS, tags: ["dog", "sofa"] });
  assert.deepEqual(
    after,
    concat(dataSet(2, 0, [0, 4]), dataSet(2, 25, "cat"), dataSet(2, 25, "DOG"), dataSet(2, 25, "sofa"), dataSet(2, 120, "A dog."), dataSet(2, 90, "Oslo"), [0, 0]),
  );
});

test("IPTC without caption and keywords stays as it is", () => {
  const before = dataSet(2, 90, "Oslo");
  assert.equal(describeIptc(before, ACCENTED), before);
});

test("IPTC in UTF-8 stays in UTF-8", () => {
  const city = dataSet(2, 90, utf8("Malmö"));
  const after = describeIptc(concat(UTF8, city, dataSet(2, 120, "old")), ACCENTED);
  assert.deepEqual(after, concat(UTF8, city, dataSet(2, 120, utf8(ACCENTED.words))));
});

test("IPTC in Latin-1 becomes UTF-8, and says so, where the words need it", () => {
  const preview = dataSet(2, 202, [0xff, 0xd8, 0xeb]);
  const before = concat(dataSet(1, 0, [0, 4]), dataSet(2, 90, "Malm\xf6"), preview, dataSet(2, 120, "old"));
  assert.deepEqual(
    describeIptc(before, ACCENTED),
    concat(dataSet(1, 0, [0, 4]), UTF8, dataSet(2, 90, utf8("Malmö")), preview, dataSet(2, 120, utf8(ACCENTED.words))),
  );
  assert.deepEqual(
    describeIptc(before, WORDS),
    concat(dataSet(1, 0, [0, 4]), dataSet(2, 90, "Malm\xf6"), preview, dataSet(2, 120, WORDS.words)),
  );
});

test("IPTC in an encoding that is not known is refused where the words need another", () => {
  const before = concat(dataSet(1, 90, "\x1b$B"), dataSet(2, 120, "old"));
  assert.throws(() => describeIptc(before, ACCENTED), { code: "damaged_metadata" });
});

test("IPTC's caption is cut between characters at 2,000 bytes", () => {
  const after = describeIptc(concat(UTF8, dataSet(2, 120, "old")), { ...WORDS, words: "é".repeat(1200) + "x" });
  assert.deepEqual(after, concat(UTF8, dataSet(2, 120, utf8("é".repeat(1000)))));
});

test("an extended data set of IPTC is passed over whole", () => {
  const preview = concat([0x1c, 2, 202, 0x80, 4, 0, 0, 0x90, 0], new Uint8Array(0x9000).fill(0x1c));
  const after = describeIptc(concat(preview, dataSet(2, 120, "old")), WORDS);
  assert.deepEqual(after, concat(preview, dataSet(2, 120, WORDS.words)));
});

const MATCHES = (iptc) => resource(0x0425, createHash("md5").update(iptc).digest());

test("IPTC's digest follows where it matched", () => {
  const old = dataSet(2, 120, "old");
  const now = dataSet(2, 120, WORDS.words);
  const resolution = resource(0x03ed, ascii("16 bytes of this"));
  assert.deepEqual(
    describeResources(concat(resolution, resource(0x0404, old), MATCHES(old)), WORDS),
    concat(resolution, resource(0x0404, now), MATCHES(now)),
  );
});

test("a digest that did not match goes on to say that IPTC is newer", () => {
  const stale = resource(0x0425, new Uint8Array(16));
  const before = concat(stale, resource(0x0404, dataSet(2, 120, "old")));
  assert.deepEqual(describeResources(before, WORDS), concat(stale, resource(0x0404, dataSet(2, 120, WORDS.words))));
});

test("keywords that only IPTC has are copied to XMP, which would hide them", () => {
  const iptc = concat(UTF8, dataSet(2, 25, utf8("Malmö")), dataSet(2, 25, "cat"));
  assert.deepEqual(keywordsIn(iptc), ["Malmö", "cat"]);
  const [xmp] = describe([{ kind: "resources", content: resource(0x0404, iptc) }], WORDS);
  assert.match(new TextDecoder().decode(xmp.content), /<rdf:li>Malmö<\/rdf:li><rdf:li>cat<\/rdf:li><rdf:li>dog<\/rdf:li>/);
});

test("every XMP packet is described, and only fields that change are written", () => {
  const fields = ["exif", "xmp", "xmp"].map((kind, i) => ({ kind, content: utf8(packet(`<xmp:Label>${i}</xmp:Label>`)) }));
  const changed = describe(fields, WORDS);
  assert.deepEqual(changed.map(({ kind }) => kind), ["xmp", "xmp"]);
  changed.forEach(({ content }, i) => {
    assert.match(new TextDecoder().decode(content), new RegExp(`<xmp:Label>${i + 1}.*A dog\\.`));
  });
});

test("MD5 is that of RFC 1321", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 100_000]) {
    const bytes = new Uint8Array(randomBytes(length));
    assert.equal(Buffer.from(md5(bytes)).toString("hex"), createHash("md5").update(bytes).digest("hex"));
  }
});
