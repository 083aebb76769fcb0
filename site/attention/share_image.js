/** A picture to share: the photo, where the model looked for one word, and the sentence with that word marked. */

import { Heatmap } from "./heatmap.js";
import { text } from "../strings/en.js";

const WIDTH = 1600; // pixels
const MARGIN = 72;
const LINE = 78; // from one line of the sentence to the next
const INK = "#f6f1e7";
const NIGHT = "#100e1a";
const AMBER = "#ffb81c";
const SENTENCE = '400 62px "Iowan Old Style", Charter, Cambria, "Noto Serif", "Liberation Serif", serif';
const SMALL = '500 30px system-ui, "Noto Sans", "Liberation Sans", sans-serif';

/**
 * @param {HTMLImageElement} photo
 * @param {{cells: Float32Array, word: string, offset: number}} highlight  offset: of the word in the sentence
 * @param {string} sentence
 * @returns {Promise<Blob>} a JPEG
 */
export async function postcard(photo, { cells, word, offset }, sentence) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.font = SENTENCE;
  const lines = wrapped(context, sentence, WIDTH - 2 * MARGIN);
  const height = Math.round((WIDTH * photo.naturalHeight) / photo.naturalWidth);
  canvas.width = WIDTH;
  canvas.height = height + 2 * MARGIN + lines.length * LINE + 40;
  context.fillStyle = NIGHT;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, 0, 0, WIDTH, height);
  context.drawImage(mapOf(cells), 0, 0, WIDTH, height);
  write(context, lines, { word, offset }, height + MARGIN);
  context.font = SMALL;
  context.fillStyle = AMBER;
  context.fillText(text.postcard(word), MARGIN, canvas.height - MARGIN + 12);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
}

/** @param {Float32Array} cells */
function mapOf(cells) {
  const canvas = document.createElement("canvas");
  new Heatmap(canvas).show(cells);
  return canvas;
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {string[]} lines
 * @param {{word: string, offset: number}} marked  underlined
 * @param {number} top
 */
function write(context, lines, { word, offset }, top) {
  context.font = SENTENCE;
  context.textBaseline = "top";
  let start = 0; // of the line in the sentence
  lines.forEach((line, row) => {
    const y = top + row * LINE;
    const before = offset - start;
    if (before >= 0 && before < line.length) {
      const x = MARGIN + context.measureText(line.slice(0, before)).width;
      context.fillStyle = AMBER;
      context.fillRect(x, y + 64, context.measureText(word).width, 7);
    }
    context.fillStyle = INK;
    context.fillText(line, MARGIN, y);
    start += line.length + 1;
  });
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {string} sentence
 * @param {number} width
 * @returns {string[]}
 */
function wrapped(context, sentence, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of sentence.split(" ")) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
