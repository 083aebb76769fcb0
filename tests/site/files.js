/** Files with metadata for the tests, made by code. */

import { readFileSync } from "node:fs";
import zlib from "node:zlib";
import { ascii, concat, view } from "../../site/embed/bytes.js";

export const XMP = "http://ns.adobe.com/xap/1.0/\0";
export const JPEG = new Uint8Array(readFileSync(new URL("../photos/dog.jpg", import.meta.url)));

/** A packet with what an owner says of a photo, and more. */
export function packet(properties = "", attributes = "") {
  return (
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
    `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
    `${attributes}><dc:creator><rdf:Seq><rdf:li>A. Photographer</rdf:li></rdf:Seq></dc:creator>` +
    `<xmp:Rating>5</xmp:Rating>${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`
  );
}

/** A property in one language or more: alternatives("dc:description", {"x-default": "old"}). */
export function alternatives(name, texts) {
  const items = Object.entries(texts).map(([language, text]) => `<rdf:li xml:lang="${language}">${text}</rdf:li>`);
  return `<${name}><rdf:Alt>${items.join("")}</rdf:Alt></${name}>`;
}

export function segment(marker, name, content) {
  const length = 2 + name.length + content.length;
  return concat([0xff, marker, length >> 8, length & 0xff], ascii(name), content);
}

/** A JPEG of a dog with more segments behind its first one. */
export function jpeg(...segments) {
  return concat(JPEG.subarray(0, 20), ...segments, JPEG.subarray(20));
}

export function jpegWithXmp(text) {
  return jpeg(segment(0xe1, XMP, new TextEncoder().encode(text)));
}

export function pngChunk(type, content) {
  const chunk = concat([0, 0, 0, 0], ascii(type), content, [0, 0, 0, 0]);
  view(chunk).setUint32(0, content.length);
  view(chunk).setUint32(chunk.length - 4, zlib.crc32(chunk.subarray(4, -4)));
  return chunk;
}

export function png(...chunks) {
  return concat(
    ascii("\x89PNG\r\n\x1a\n"),
    pngChunk("IHDR", new Uint8Array(13)),
    ...chunks,
    pngChunk("IDAT", zlib.deflateSync(Buffer.from([0, 0]))),
    pngChunk("IEND", new Uint8Array(0)),
  );
}

/** An iTXt chunk with XMP. */
export function xmpChunk(text) {
  return pngChunk("iTXt", concat(ascii("XML:com.adobe.xmp\0\0\0\0\0"), new TextEncoder().encode(text)));
}

export function webpChunk(type, content) {
  const chunk = concat(ascii(type), [0, 0, 0, 0], content, content.length % 2 ? [0] : []);
  view(chunk).setUint32(4, content.length, true);
  return chunk;
}

export function riff(...chunks) {
  const file = concat(ascii("RIFF"), [0, 0, 0, 0], ascii("WEBP"), ...chunks);
  view(file).setUint32(4, file.length - 8, true);
  return file;
}

export const LOSSLESS = riff(webpChunk("VP8L", [0x2f, 99, 0x40, 0x0c, 0x10, 0, 0, 0, 0, 0])); // 100×50, with alpha
export const LOSSY = riff(webpChunk("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 100, 0, 50, 0]));

/** A TIFF structure with one directory; values: bytes by tag, all of them ASCII's type. */
export function tiff(values, little = true) {
  const entries = Object.entries(values);
  const bytes = [new Uint8Array(8 + 2 + 12 * entries.length + 4)];
  const head = view(bytes[0]);
  bytes[0].set(ascii(little ? "II" : "MM"));
  head.setUint16(2, 42, little);
  head.setUint32(4, 8, little);
  head.setUint16(8, entries.length, little);
  let end = bytes[0].length;
  entries.forEach(([tag, value], i) => {
    const at = 10 + 12 * i;
    head.setUint16(at, Number(tag), little);
    head.setUint16(at + 2, 2, little);
    head.setUint32(at + 4, value.length, little);
    if (value.length <= 4) return void bytes[0].set(value, at + 8);
    head.setUint32(at + 8, end, little);
    bytes.push(value);
    end += value.length;
  });
  return concat(...bytes);
}

/** A data set of IPTC. */
export function dataSet(record, number, content) {
  const bytes = typeof content === "string" ? ascii(content) : content;
  return concat([0x1c, record, number, bytes.length >> 8, bytes.length & 0xff], bytes);
}

/** A resource of Photoshop's. */
export function resource(id, content) {
  const { length } = content;
  return concat(ascii("8BIM"), [id >> 8, id & 0xff, 0, 0, 0, 0, length >> 8, length & 0xff], content, length % 2 ? [0] : []);
}
