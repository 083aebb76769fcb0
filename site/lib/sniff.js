/** The type of an image by its first bytes, as the server decides it too: names and declared types can be wrong. */

const HEAD = 32; // bytes; a HEIC may name its kind only among the compatible ones

/** @type {[RegExp, string][]}  over bytes as Latin-1 characters */
const SIGNATURES = [
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^\x89PNG\r\n/, "image/png"],
  [/^RIFF[^]{4}WEBP/, "image/webp"],
  [/^GIF8[79]a/, "image/gif"],
  [/^BM[^]{4}\0\0\0\0/, "image/bmp"],
  [/^(?:II[*+]\0|MM\0[*+])/, "image/tiff"],
  [/^[^]{4}ftyp(?:avi[fs]|mif1[^]*avif)/, "image/avif"],
  [/^[^]{4}ftyp(?:hei[cxms]|hev[cxms])/, "image/heic"],
  [/^[^]{4}ftyp(?:mi[fa].|msf1)/, "image/heif"],
];

/** Every type there is a signature for. */
export const TYPES = SIGNATURES.map(([, type]) => type);

/**
 * @param {Blob} file
 * @returns {Promise<string | undefined>} undefined: no image that Glimpse has heard of
 */
export async function sniff(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const head = String.fromCharCode(...bytes);
  return SIGNATURES.find(([signature]) => signature.test(head))?.[1];
}
