/** Bytes of metadata as text. */

const UTF8 = /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[^]/g; // eslint-disable-line no-control-regex

/**
 * @param {Uint8Array} bytes  of an XMP packet: UTF-8, as the specification demands, or what careless programs write
 * @returns {string}
 */
export function decodeXml(bytes) {
  const head = String.fromCharCode(...bytes.subarray(0, 100));
  if (/^\xfe\xff|^\0*<\0/.test(head) && /\0</.test(head)) return new TextDecoder("utf-16be").decode(bytes);
  if (/^\xff\xfe|^<\0/.test(head)) return new TextDecoder("utf-16le").decode(bytes);
  const declared = /<\?xml[^>]*encoding=["']([\w.:-]+)["']/.exec(head)?.[1];
  return decode(bytes, declared ?? "windows-1252");
}

/**
 * @param {Uint8Array} bytes
 * @param {string} otherwise  the encoding of what is not UTF-8
 * @returns {string}
 */
export function decode(bytes, otherwise = "windows-1252") {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return decodeMixed(bytes, decoderOf(otherwise));
  }
}

/**
 * @param {Uint8Array} bytes  some of them UTF-8
 * @param {TextDecoder} other  for those that are not
 */
function decodeMixed(bytes, other) {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const parts = latin1(bytes).match(UTF8) ?? [];
  return parts
    .map((part) => {
      const piece = Uint8Array.from(part, (character) => character.charCodeAt(0));
      try {
        return utf8.decode(piece);
      } catch {
        return other.decode(piece);
      }
    })
    .join("");
}

/** @param {string} label */
function decoderOf(label) {
  try {
    const decoder = new TextDecoder(label);
    return decoder.encoding === "utf-8" ? new TextDecoder("windows-1252") : decoder;
  } catch {
    return new TextDecoder("windows-1252");
  }
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}  one character for each byte
 */
export function latin1(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}
