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
