/** Joining bytes, and reading numbers and ASCII from them. */

/**
 * @param {(Uint8Array | number[])[]} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** @param {string} text  ASCII */
export function ascii(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * @param {Uint8Array} bytes
 * @param {string} text  ASCII
 * @param {number} offset
 */
export function startsWith(bytes, text, offset = 0) {
  return ascii(text).every((code, i) => bytes[offset + i] === code);
}

/** @param {Uint8Array} bytes */
export function view(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @typedef {{from: number, to: number, bytes: Uint8Array}} Edit  what comes in place of a stretch of a file */

/**
 * @param {Uint8Array} file
 * @param {Edit[]} edits  that do not overlap
 */
export function splice(file, edits) {
  const parts = [];
  let offset = 0;
  for (const { from, to, bytes } of edits.toSorted((one, other) => one.from - other.from)) {
    parts.push(file.subarray(offset, from), bytes);
    offset = to;
  }
  return concat(...parts, file.subarray(offset));
}

/**
 * @param {number} offset  outside the stretches that are replaced
 * @param {Edit[]} edits
 * @returns {number}  where that byte is afterwards
 */
export function moved(offset, edits) {
  const before = edits.filter(({ to }) => to <= offset);
  return before.reduce((sum, { from, to, bytes }) => sum + bytes.length - (to - from), offset);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} prefix  ASCII, which some programs write and some do not
 * @returns {[Uint8Array, Uint8Array]}  the prefix, if it is there, and what follows
 */
export function splitPrefix(bytes, prefix) {
  const length = startsWith(bytes, prefix) ? prefix.length : 0;
  return [bytes.subarray(0, length), bytes.subarray(length)];
}
