/**
 * The formats of photos: a copy of the server's table (function/images/formats.py), which a test holds it to. Used to
 * tell a format by its first bytes, and in place of what /api/health says where that does not answer.
 */

/**
 * @typedef {object} Format  as /api/health tells it
 * @property {string} name  the usual one
 * @property {string[]} content_types  the first is the canonical one
 * @property {string[]} suffixes  with the dot
 */

/** @typedef {Format & {signature: string}} KnownFormat  signature: regular expression over a file's first bytes */

/** @type {KnownFormat[]} */
export const FORMATS = [
  {
    name: "JPEG",
    content_types: ["image/jpeg", "image/jpg", "image/pjpeg", "image/mpo"],
    suffixes: [".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"],
    signature: String.raw`\xff\xd8\xff`,
  },
  {
    name: "PNG",
    content_types: ["image/png", "image/x-png", "image/apng"],
    suffixes: [".png", ".apng"],
    signature: String.raw`\x89PNG\r\n\x1a\n`,
  },
  {
    name: "WebP",
    content_types: ["image/webp", "image/x-webp"],
    suffixes: [".webp"],
    signature: String.raw`RIFF....WEBP`,
  },
  { name: "GIF", content_types: ["image/gif"], suffixes: [".gif"], signature: String.raw`GIF8[79]a` },
  {
    name: "BMP",
    content_types: ["image/bmp", "image/x-bmp", "image/x-ms-bmp", "image/x-windows-bmp"],
    suffixes: [".bmp", ".dib"],
    signature: String.raw`BM(?:....\0\0\0\0|.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0)`,
  },
  {
    name: "TIFF",
    content_types: ["image/tiff", "image/tif", "image/x-tiff"],
    suffixes: [".tif", ".tiff"],
    signature: String.raw`II[*+]\0|MM\0[*+]`,
  },
  {
    name: "AVIF",
    content_types: ["image/avif", "image/avif-sequence"],
    suffixes: [".avif", ".avifs"],
    signature: String.raw`....ftypavi[fs]`,
  },
  {
    name: "HEIC",
    content_types: ["image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"],
    suffixes: [".heic", ".heif", ".hif", ".heics", ".heifs"],
    signature: String.raw`....ftyp(?:hei[cxms]|hev[cxms]|mi[fa].|msf1)`,
  },
];
