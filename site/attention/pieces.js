/** The alt text in pieces: its words where the record says they stand, and what is between them. */

/** @typedef {import("../photo.js").Word} Word */
/** @typedef {{text: string, word: Word | null}} Piece  word: null for what is between words */

/**
 * @param {string} altText
 * @param {Word[]} words  in the order of the alt text; those that do not stand in it are left out
 * @returns {Piece[]} which joined are the alt text
 */
export function pieces(altText, words) {
  const characters = [...altText]; // places are counted in characters, not in UTF-16 units
  /** @type {Piece[]} */
  const found = [];
  let from = 0;
  for (const word of words) {
    const { start, end } = word;
    if (start === null || end === null) continue;
    if (start > from) found.push({ text: characters.slice(from, start).join(""), word: null });
    found.push({ text: characters.slice(start, end).join(""), word });
    from = end;
  }
  if (from < characters.length) found.push({ text: characters.slice(from).join(""), word: null });
  return found;
}
