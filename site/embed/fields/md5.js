/** MD5 (RFC 1321), by which photo metadata tells whether it was changed. Browsers have no function for it. */

import { concat, view } from "../bytes.js";

const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32);

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array}  16 bytes
 */
export function md5(bytes) {
  const padded = concat(bytes, [0x80], new Uint8Array((119 - (bytes.length % 64)) % 64), new Uint8Array(8));
  view(padded).setUint32(padded.length - 8, bytes.length << 3, true);
  view(padded).setUint32(padded.length - 4, Math.floor(bytes.length / 2 ** 29), true);
  const sums = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let start = 0; start < padded.length; start += 64) {
    const words = Uint32Array.from({ length: 16 }, (_, i) => view(padded).getUint32(start + 4 * i, true));
    mixed(sums, words).forEach((sum, i) => (sums[i] += sum));
  }
  const digest = new Uint8Array(16);
  sums.forEach((sum, i) => view(digest).setUint32(4 * i, sum, true));
  return digest;
}

/**
 * @param {Uint32Array} sums  4
 * @param {Uint32Array} words  16
 */
function mixed(sums, words) {
  let [a, b, c, d] = sums;
  for (let i = 0; i < 64; i += 1) {
    const round = i >> 4;
    const mix = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
    const word = words[[i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16];
    const sum = (a + mix + SINES[i] + word) | 0;
    const shift = SHIFTS[round][i % 4];
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  return [a, b, c, d];
}
