/**
 * IndexedDB as four tables: what is known of each photo, the attention of its words, its small picture, its file. Small
 * rows are read all at once; the others one at a time, when they are shown. Where there is no IndexedDB (a private
 * window) a Map serves for as long as the page is open.
 */

import { split } from "./attention.js";

const NAME = "glimpse";
const FIRST_TABLE = "photos"; // of version 1, with the pictures in its rows

/** @typedef {"entries" | "attention" | "pictures" | "files"} Table */
/** @typedef {{table: Table, key: string, value?: unknown}} Change  without a value: remove */

/**
 * @typedef {object} Database
 * @property {(table: Table, key: string) => Promise<any>} read
 * @property {(table: Table) => Promise<string[]>} keys
 * @property {(table: Table, first: string, last: string) => Promise<any[]>} rows  from one key to another, in order
 * @property {(changes: Change[]) => Promise<boolean>} write  all or nothing; false: not stored, such as on a full disk
 */

/** @type {Table[]} */
const TABLES = ["entries", "attention", "pictures", "files"];

/** @returns {Promise<Database>} */
export function openDatabase() {
  return openIndexedDb().then(overIndexedDb, () => overMaps());
}

/** @returns {Promise<IDBDatabase>} */
function openIndexedDb() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 3);
    request.onupgradeneeded = () => upgrade(request.result, /** @type {IDBTransaction} */ (request.transaction));
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("an earlier version is open in another tab"));
  });
}

/**
 * @param {IDBDatabase} database
 * @param {IDBTransaction} transaction
 */
function upgrade(database, transaction) {
  const missing = TABLES.filter((table) => !database.objectStoreNames.contains(table));
  for (const table of missing) database.createObjectStore(table);
  const isFirst = database.objectStoreNames.contains(FIRST_TABLE);
  const rows = transaction.objectStore(isFirst ? FIRST_TABLE : "entries").openCursor();
  rows.onsuccess = () => {
    const cursor = rows.result;
    if (!cursor) {
      if (isFirst) database.deleteObjectStore(FIRST_TABLE);
      return;
    }
    const { thumbnail, ...photo } = cursor.value;
    const key = photo.key ?? photo.id; // version 1 knew the server's alone
    const { record, attention } = photo.record ? split(photo.record) : { record: null, attention: null };
    transaction.objectStore("entries").put({ ...photo, key, record }, key);
    if (attention) transaction.objectStore("attention").put(attention, key);
    if (thumbnail) transaction.objectStore("pictures").put(thumbnail, key);
    cursor.continue();
  };
}

/**
 * @param {IDBDatabase} database
 * @returns {Database}
 */
function overIndexedDb(database) {
  /** @param {Table} table */
  const rows = (table) => database.transaction(table).objectStore(table);
  return {
    read: async (table, key) => unpacked(await resultOf(rows(table).get(key))),
    keys: (table) => resultOf(/** @type {IDBRequest<any>} */ (rows(table).getAllKeys())),
    rows: (table, first, last) => resultOf(rows(table).getAll(IDBKeyRange.bound(first, last))),
    write: async (changes) => (await written(database, changes)) || writtenAsBytes(database, changes),
  };
}

/**
 * @param {IDBDatabase} database
 * @param {Change[]} changes
 * @returns {Promise<boolean>}
 */
function written(database, changes) {
  return new Promise((resolve) => {
    const transaction = database.transaction([...new Set(changes.map(({ table }) => table))], "readwrite");
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => resolve(false);
    for (const { table, key, value } of changes) {
      const rows = transaction.objectStore(table);
      if (value === undefined) rows.delete(key);
      else rows.put(value, key);
    }
  });
}

/**
 * WebKit's private windows store no files, but their bytes.
 *
 * @param {IDBDatabase} database
 * @param {Change[]} changes
 * @returns {Promise<boolean>}
 */
async function writtenAsBytes(database, changes) {
  if (!changes.some(({ value }) => value instanceof Blob)) return false;
  try {
    return await written(database, await Promise.all(changes.map(packed)));
  } catch {
    return false; // a file that can no longer be read
  }
}

/**
 * @param {Change} change
 * @returns {Promise<Change>}
 */
async function packed(change) {
  const { value } = change;
  if (!(value instanceof Blob)) return change;
  const { name = "", lastModified = 0 } = /** @type {Partial<File>} */ (value);
  return { ...change, value: { bytes: await value.arrayBuffer(), name, type: value.type, lastModified } };
}

/** @param {any} value  as it was stored */
function unpacked(value) {
  if (!(value?.bytes instanceof ArrayBuffer)) return value;
  return new File([value.bytes], value.name, { type: value.type, lastModified: value.lastModified });
}

/** @returns {Database} */
function overMaps() {
  /** @type {Record<Table, Map<string, any>>} */
  const tables = { entries: new Map(), attention: new Map(), pictures: new Map(), files: new Map() };
  return {
    read: async (table, key) => tables[table].get(key),
    keys: async (table) => [...tables[table].keys()],
    rows: async (table) => [...tables[table].values()],
    write: async (changes) => {
      for (const { table, key, value } of changes) {
        if (value === undefined) tables[table].delete(key);
        else tables[table].set(key, value);
      }
      return !changes.some(({ table }) => table === "files"); // a reload would lose them
    },
  };
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function resultOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
