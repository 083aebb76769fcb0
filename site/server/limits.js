/** What the server accepts and how long it keeps it: asked once, with defaults for a server that does not say. */

import { readHealth } from "./api.js";
import { TYPES } from "../lib/sniff.js";

/**
 * @typedef {object} Terms
 * @property {number} maxBytes  size of the largest photo
 * @property {string[]} contentTypes
 * @property {number | null} [uploadDays]  days until a photo is deleted; null: when someone does it; else unknown
 */

/** @type {Terms} */
const DEFAULTS = { maxBytes: 20 * 1024 ** 2, contentTypes: TYPES };

/**
 * Never rejects: an upload that fails says more than this could.
 *
 * @type {Promise<Terms>}
 */
export const terms = readHealth().then(
  ({ limits, upload_days }) => ({
    maxBytes: limits?.max_bytes ?? DEFAULTS.maxBytes,
    contentTypes: limits?.content_types ?? DEFAULTS.contentTypes,
    uploadDays: upload_days,
  }),
  () => DEFAULTS,
);
