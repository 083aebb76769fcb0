/** What the server accepts and how long it keeps it: asked once, with defaults for a server that does not answer. */

import { FORMATS } from "../lib/formats.js";
import { readHealth } from "./api.js";

/** @typedef {import("../lib/formats.js").Format} Format */

/**
 * @typedef {object} Limits
 * @property {number} maxBytes  size of the largest photo
 * @property {Format[]} formats
 * @property {import("./api.js").Access} access  who may ask
 * @property {number | null} [uploadDays]  days until a photo is deleted; null: nobody deletes it; undefined: unknown
 */

/** @type {Limits} */
const DEFAULTS = { maxBytes: 20 * 1024 ** 2, formats: FORMATS, access: { kind: "open", issuer: "", audience: "" } };

/**
 * Never rejects: an upload that fails says more than this could.
 *
 * @type {Promise<Limits>}
 */
export const limits = readHealth().then(
  ({ limits, formats, upload_days, access }) => ({
    maxBytes: limits?.max_bytes ?? DEFAULTS.maxBytes,
    formats: formats ?? DEFAULTS.formats,
    uploadDays: upload_days,
    access: access ?? DEFAULTS.access,
  }),
  () => DEFAULTS,
);
