/** What becomes of an XMP packet: the owner's properties stay, whatever state it is in. */

import assert from "node:assert/strict";
import test from "node:test";
import { describePacket } from "../../site/embed/fields/xmp.js";
import { alternatives, packet } from "./files.js";

const WORDS = { words: "A dog & a <cat>.", language: "en", tags: ["dog", "cat"] };
const WRITTEN = "A dog &amp; a &lt;cat&gt;.";
const DESCRIPTION = alternatives("dc:description", { "x-default": WRITTEN });
const ALT_TEXT = /<Iptc4xmpCore:AltTextAccessibility [^>]*><rdf:Alt><rdf:li xml:lang="x-default">A dog &amp; a &lt;cat&gt;/;
const OWNED = packet().slice(packet().indexOf("<dc:creator>"), packet().indexOf("</rdf:Description>"));

function described(text, words = WORDS) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return new TextDecoder().decode(describePacket(bytes, words));
}

function count(text, part) {
  return text.split(part).length - 1;
}

test("a photo without XMP gets a packet with words and tags", () => {
  const text = new TextDecoder().decode(describePacket(null, WORDS));
  assert.match(text, /^<\?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"\?><x:xmpmeta .*<\?xpacket end="w"\?>$/);
  assert.match(text, /<dc:description xmlns:dc="[^"]*"><rdf:Alt><rdf:li xml:lang="x-default">A dog &amp; a &lt;cat&gt;\.<\/rdf:li>/);
  assert.match(text, /<rdf:Bag><rdf:li>dog<\/rdf:li><rdf:li>cat<\/rdf:li><\/rdf:Bag>/);
  assert.match(text, ALT_TEXT);
});

test("all else of a packet stays, character for character", () => {
  const text = described(`<?xpacket begin=""?>\n${packet("<!-- <dc:description> --> <![CDATA[<]]>")}\n   <?xpacket end="w"?>`);
  assert.ok(text.includes(`${OWNED}<!-- <dc:description> --> <![CDATA[<]]>`));
  assert.ok(text.includes(DESCRIPTION));
});

for (const [name, property, attributes] of [
  ["an element", alternatives("dc:description", { "x-default": "old" }), ""],
  ["an attribute", "", ' dc:description="old"'],
  ["plain text", "<dc:description>old</dc:description>", ""],
  ["a bag", "<dc:description><rdf:Bag><rdf:li>old</rdf:li></rdf:Bag></dc:description>", ""],
  ["an element of another prefix", '<d:description xmlns:d="http://purl.org/dc/elements/1.1/">old</d:description>', ""],
  ["a namespace without its last slash", '<d:description xmlns:d="http://purl.org/dc/elements/1.1">old</d:description>', ""],
]) {
  test(`an old description in ${name} is replaced`, () => {
    const text = described(packet(property, attributes));
    assert.doesNotMatch(text, /old/);
    assert.equal(count(text, WRITTEN), 2); // and the alt text
    assert.ok(text.includes(OWNED));
  });
}

test("descriptions in other languages stay, that in the words' own is replaced", () => {
  const old = { de: "alt", "x-default": "old", "en-GB": "old", fr: "vieux" };
  const text = described(packet(alternatives("dc:description", old)));
  const now = { "x-default": WRITTEN, de: "alt", "en-GB": WRITTEN, fr: "vieux" };
  assert.ok(text.includes(alternatives("dc:description", now)));
});

test("what two descriptions of a photo say of it becomes one", () => {
  const block = `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">${alternatives("dc:description", { "x-default": "old", de: "alt" })}</rdf:Description>`;
  const text = described(packet("").replace("</rdf:RDF>", `${block}${block}</rdf:RDF>`));
  assert.equal(count(text, "<dc:description>"), 1);
  assert.doesNotMatch(text, /old/);
  assert.match(text, /<rdf:li xml:lang="de">alt/);
});

test("the copy that older programs keep of EXIF's description is replaced where there is one", () => {
  const old = '<tiff:ImageDescription xmlns:tiff="http://ns.adobe.com/tiff/1.0/">old</tiff:ImageDescription>';
  assert.equal(count(described(packet(old)), WRITTEN), 3);
  assert.equal(count(described(packet()), "ImageDescription"), 0);
});

for (const [name, nested] of [
  [
    "a face region",
    `<Iptc4xmpExt:ImageRegion xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><rdf:Bag>` +
      `<rdf:li rdf:parseType="Resource">${alternatives("dc:description", { "x-default": "At the left" })}` +
      `<dc:subject><rdf:Bag><rdf:li>face</rdf:li></rdf:Bag></dc:subject></rdf:li></rdf:Bag></Iptc4xmpExt:ImageRegion>`,
  ],
  [
    "an ingredient",
    `<xmpMM:Pantry xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Bag><rdf:li><rdf:Description dc:format="image/png">` +
      `${alternatives("dc:description", { "x-default": "of an ingredient" })}</rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>`,
  ],
  [
    "an ingredient's attributes",
    `<xmpMM:Ingredients xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Bag><rdf:li>` +
      `<rdf:Description dc:description="of an ingredient"/></rdf:li></rdf:Bag></xmpMM:Ingredients>`,
  ],
]) {
  test(`the words of ${name} are not the photo's: they stay, and the photo gets its own`, () => {
    for (const own of ["", alternatives("dc:description", { "x-default": "old" })]) {
      const text = described(packet(nested + own));
      assert.ok(text.includes(nested));
      assert.ok(text.includes(DESCRIPTION));
      assert.doesNotMatch(text, /old/);
    }
  });
}

test("tags are added to those that are there, once", () => {
  const bag = (...tags) => `<dc:subject><rdf:Bag>${tags.map((tag) => `<rdf:li>${tag}</rdf:li>`).join("")}</rdf:Bag></dc:subject>`;
  assert.ok(described(packet(bag("Dog", "garden"))).includes(bag("Dog", "garden", "cat")));
  assert.ok(described(packet("<dc:subject>garden</dc:subject>")).includes(bag("garden", "dog", "cat")));
  assert.ok(described(packet("", ' dc:subject="garden &amp; yard"')).includes("<rdf:Bag><rdf:li>garden &amp; yard</rdf:li>"));
  const twice = new TextDecoder().decode(describePacket(describePacket(null, WORDS), WORDS));
  assert.equal(count(twice, "<rdf:li>dog</rdf:li>"), 1);
});

for (const [name, broken, kept] of [
  ["an undeclared prefix", packet("<photoshop:City>Oslo</photoshop:City>"), "<photoshop:City>Oslo</photoshop:City>"],
  ["an entity of HTML", packet("<xmp:Label>Tea&nbsp;time</xmp:Label>"), "<xmp:Label>Tea&amp;nbsp;time</xmp:Label>"],
  ["an ampersand", packet("<xmp:Label>Tea & milk</xmp:Label>"), "<xmp:Label>Tea &amp; milk</xmp:Label>"],
  ["a less-than sign", packet("<xmp:Label>1 < 2</xmp:Label>"), "<xmp:Label>1 &lt; 2</xmp:Label>"],
  ["a vertical tab", packet("<xmp:Label>one\vtwo\x01 three&#x1;</xmp:Label>"), "<xmp:Label>one\ntwo  three </xmp:Label>"],
  ["rubbish behind it", `${packet()}ion></rdf:RDF></x:xmpmeta>\0\0`, OWNED],
  ["rubbish before it", `\0\ufeff> <?xpacket?>${packet()}`, OWNED],
  ["an attribute twice", packet("", ' xmp:Label="Red" xmp:Label="Red"'), ' xmp:Label="Red">'],
  ["no end", packet().slice(0, -40), OWNED],
]) {
  test(`a packet with ${name} is repaired`, () => {
    const text = described(broken);
    assert.ok(text.includes(kept), text);
    assert.ok(text.includes(OWNED));
    assert.ok(text.includes(DESCRIPTION));
    assert.equal(count(text, "</x:xmpmeta>"), 1);
    assert.doesNotMatch(text, /&(?!amp;|lt;|gt;)|[\0-\x08\v\f\x0e-\x1f]/); // eslint-disable-line no-control-regex
  });
}

test("a prefix that was not declared stands for what it usually does", () => {
  assert.match(described(packet("<photoshop:City/>")), /^.*<x:xmpmeta [^>]*xmlns:photoshop="http:\/\/ns.adobe.com\/photoshop\/1.0\/"/);
  assert.match(described(packet("<foo:City/>")), /^.*<x:xmpmeta [^>]*xmlns:foo="urn:undeclared:foo"/);
});

for (const [name, bytes, letters] of [
  ["Latin-1", Buffer.from(packet("<xmp:Label>Zoë, Malmö</xmp:Label>"), "latin1"), "Zoë, Malmö"],
  ["Latin-1 beside UTF-8", Buffer.from(packet("<xmp:Label>Zo\xeb \xe2\x80\x93 \xc3\xbc</xmp:Label>"), "latin1"), "Zoë – ü"],
  ["UTF-16", Buffer.from(`\ufeff${packet("<xmp:Label>Zoë 文</xmp:Label>")}`, "utf16le"), "Zoë 文"],
  ["UTF-16 of the other order", Buffer.from(`\ufeff${packet("<xmp:Label>Zoë 文</xmp:Label>")}`, "utf16le").swap16(), "Zoë 文"],
  [
    "a declared encoding",
    Buffer.from(`<?xml version="1.0" encoding="iso-8859-2"?>${packet("<xmp:Label>\xb3</xmp:Label>")}`, "latin1"),
    "ł",
  ],
]) {
  test(`a packet in ${name} loses no letter`, () => {
    const text = described(new Uint8Array(bytes));
    assert.ok(text.includes(`<xmp:Label>${letters}</xmp:Label>`), text);
    assert.ok(text.includes(OWNED));
    assert.doesNotMatch(text, /encoding=/);
  });
}

for (const [name, broken] of [
  ["tags that cross", packet("<xmp:Label><b>old</xmp:Label></b>")],
  ["an attribute without quotes", packet("", " xmp:Label=Red")],
  ["an attribute with two values", packet("", ' xmp:Label="Red" xmp:Label="Blue"')],
  ["a second tree behind it", packet() + packet()],
  ["entities of its own", `<!DOCTYPE x [<!ENTITY a "b">]>${packet()}`],
  ["a root that is not XMP's", "<svg><title>Ada</title></svg>"],
]) {
  test(`a packet with ${name} is refused: something could be lost`, () => {
    assert.throws(() => described(broken), { code: "damaged_metadata" });
  });
}

test("a packet in which nothing stands is replaced", () => {
  for (const nothing of ["", "  \n", "\0\0\0", '<?xpacket begin=""?><?xpacket end="w"?>']) {
    assert.match(described(nothing), ALT_TEXT);
  }
});
