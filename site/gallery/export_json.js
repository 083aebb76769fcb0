/** Photos as JSON, with all that is known of them. */

import { altText } from "../photo.js";

/**
 * @param {import("../photo.js").Photo[]} photos
 * @returns {Blob}
 */
export function asJson(photos) {
  const exported = photos.map((photo) => ({
    name: photo.name,
    alt_text: altText(photo),
    decorative: photo.decorative,
    edited: photo.own !== null,
    added_at: new Date(photo.addedAt).toISOString(),
    record: photo.record,
  }));
  return new Blob([JSON.stringify(exported, null, 2), "\n"], { type: "application/json" });
}
