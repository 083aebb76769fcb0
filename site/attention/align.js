/** Finds the model's words in the sentence that was made of them: "Possibly " and "." belong to none. */

/** @typedef {{text: string, word: number | null}} Piece  word: its place among the model's words */

/**
 * @param {string} sentence
 * @param {string[]} words  lower-case, in order
 * @returns {Piece[] | null} the sentence in pieces; null if the words are not all in it
 */
export function align(sentence, words) {
  const lowered = sentence.toLowerCase();
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const [word, letters] of words.entries()) {
    const start = lowered.indexOf(letters, end);
    if (start < 0) return null;
    if (start > end) pieces.push({ text: sentence.slice(end, start), word: null });
    end = start + letters.length;
    pieces.push({ text: sentence.slice(start, end), word });
  }
  if (end < sentence.length) pieces.push({ text: sentence.slice(end), word: null });
  return pieces;
}
