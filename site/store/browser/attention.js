/**
 * Records in two parts: what is said of a photo, which the list needs of all of them at once, and the attention of each
 * word, nine tenths of a record's bytes, which is read when it is looked at.
 */

/** @typedef {import("../../photo.js").CaptionRecord} CaptionRecord */
/** @typedef {import("../../photo.js").Word} Word */
/** @typedef {{words: string[], neutral: string[] | null}} Attention  of the words of each wording, in their order */

/**
 * @param {CaptionRecord} record  as the server wrote it
 * @returns {{record: CaptionRecord, attention: Attention}}
 */
export function split(record) {
  const { neutral } = record;
  const said = { ...record, words: record.words.map(bare) };
  if (neutral) said.neutral = { ...neutral, words: neutral.words.map(bare) };
  const attention = { words: record.words.map(mapOf), neutral: neutral ? neutral.words.map(mapOf) : null };
  return { record: said, attention };
}

/**
 * @param {CaptionRecord} record
 * @param {Attention | undefined} attention  undefined: lost, so that no word has any
 * @returns {CaptionRecord} as the server wrote it
 */
export function join(record, attention) {
  if (!attention) return record;
  const whole = { ...record, words: attended(record.words, attention.words) };
  if (record.neutral) {
    whole.neutral = { ...record.neutral, words: attended(record.neutral.words, attention.neutral ?? []) };
  }
  return whole;
}

/** @param {Word} word */
function bare(word) {
  const said = { ...word };
  delete said.attention;
  return said;
}

/** @param {Word} word */
function mapOf({ attention }) {
  return attention ?? "";
}

/**
 * @param {Word[]} words
 * @param {string[]} attention
 */
function attended(words, attention) {
  return words.map((word, place) => ({ ...word, attention: attention[place] ?? "" }));
}
