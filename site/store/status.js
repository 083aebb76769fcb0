/** Where a photo stands, in words: the same on its card and in the list. */

import { activityOf } from "./activity.js";
import { altText, namesOneThing, needsDescription } from "../photo.js";
import { text } from "../strings/en.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {"queued" | "uploading" | "busy" | "offline" | "looking" | "captioned" | "failed"} State */

/**
 * @param {Photo} photo
 * @returns {{state: State, line: string, detail: string, fraction?: number}}
 */
export function stateOf(photo) {
  const { key, record, failure } = photo;
  if (failure) {
    return { state: "failed", line: failure.message, detail: failure.retry === "with the file" ? text.chooseAgain : "" };
  }
  if (record) return { state: "captioned", line: headline(photo), detail: "" };
  const activity = activityOf(key);
  switch (activity?.state) {
    case "uploading":
      return { state: "uploading", line: text.uploading, detail: "", fraction: activity.fraction };
    case "busy":
      return { state: "busy", line: text.busy, detail: text.busyFor(Math.ceil((activity.pause ?? 0) / 1000)) };
    case "offline":
      return { state: "offline", line: text.offline, detail: text.details.offline };
    case "looking":
      return { state: "looking", line: text.looking, detail: text.details[activity.wait ?? "waiting"] };
  }
  return { state: "queued", line: text.queued, detail: "" };
}

/** @param {Photo} photo  with a record */
export function headline(photo) {
  if (photo.decorative) return text.decorative;
  return needsDescription(photo) ? text.needsDescription : altText(photo);
}

/**
 * @param {Photo} photo  with a record
 * @returns {string}  who wrote the alt text, or how sure the model is of it
 */
export function certaintyWords(photo) {
  const { record, own, decorative } = photo;
  if (!record || decorative) return "";
  if (own !== null) return text.ownWords;
  if (namesOneThing(photo)) return text.oneThing;
  return text.certainty[record.certainty](record.confidence);
}

/** @param {Photo} photo  whose alt text somebody has to look at, or has written, or needs none */
export function altKind(photo) {
  if (photo.decorative) return "decorative";
  if (needsDescription(photo)) return "missing";
  return photo.own === null ? "generated" : "own";
}
