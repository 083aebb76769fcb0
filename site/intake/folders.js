/** The photos in dropped folders and in the folders below them, in the order of their names. */

/** @typedef {import("../server/limits.js").Limits} Limits */

const collator = new Intl.Collator(undefined, { numeric: true });

/**
 * @param {FileSystemEntry[]} folders
 * @param {Limits} limits
 * @returns {Promise<File[]>} only what has the type or the name of a photo: folders hold other files too
 */
export async function photosIn(folders, { formats }) {
  const suffixes = formats.flatMap(({ suffixes }) => suffixes);
  const types = new Set(formats.flatMap(({ content_types }) => content_types));
  /** @type {File[]} */
  const photos = [];
  for (const folder of folders) {
    for await (const file of filesIn(/** @type {FileSystemDirectoryEntry} */ (folder))) {
      const name = file.name.toLowerCase();
      const isPhoto = types.has(file.type) || suffixes.some((suffix) => name.endsWith(suffix));
      if (isPhoto && !name.startsWith(".")) photos.push(file);
    }
  }
  return photos;
}

/**
 * @param {FileSystemDirectoryEntry} folder
 * @returns {AsyncGenerator<File>}
 */
async function* filesIn(folder) {
  const entries = await entriesOf(folder.createReader());
  for (const entry of entries.sort((one, other) => collator.compare(one.name, other.name))) {
    if (entry.isDirectory) yield* filesIn(/** @type {FileSystemDirectoryEntry} */ (entry));
    else yield await fileOf(/** @type {FileSystemFileEntry} */ (entry));
  }
}

/**
 * @param {FileSystemDirectoryReader} reader  which gives its entries in portions
 * @returns {Promise<FileSystemEntry[]>}
 */
async function entriesOf(reader) {
  const entries = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return entries;
    entries.push(...portion);
  }
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
