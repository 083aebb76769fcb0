/** An image to share: the photo with the attention of one word, and below it the sentence with that word underlined. */

import { Heatmap } from "./heatmap.js";
import { text } from "../strings/en.js";

const WIDTH = 1600; // pixels
const MARGIN = 72;
const LINE = 78; // from one line of the sentence to the next
const TEXT = "#f6f1e7";
const BACKGROUND = "#100e1a";
const ACCENT = "#ffb81c";
const SENTENCE = '400 62px "Iowan Old Style", Charter, Cambria, "Noto Serif", "Liberation Serif", serif';
const SMALL = '500 30px system-ui, "Noto Sans", "Liberation Sans", sans-serif';

/**
 * @param {HTMLImageElement} photo
 * @param {{cells: Float32Array, word: string, start: number}} highlight  start: of the word in the sentence
 * @param {string} sentence
 * @returns {Promise<Blob>} a JPEG
 */
export async function drawShareImage(photo, { cells, word, start }, sentence) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.font = SENTENCE;
  const lines = wrapped(context, sentence, WIDTH - 2 * MARGIN);
  const height = Math.round((WIDTH * photo.naturalHeight) / photo.naturalWidth);
  canvas.width = WIDTH;
  canvas.height = height + 2 * MARGIN + lines.length * LINE + 40;
  context.fillStyle = BACKGROUND;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, 0, 0, WIDTH, height);
  context.drawImage(heatmapOf(cells), 0, 0, WIDTH, height);
  drawSentence(context, lines, { word, start }, height + MARGIN);
  context.font = SMALL;
  context.fillStyle = ACCENT;
  context.fillText(text.shareImage(word), MARGIN, canvas.height - MARGIN + 12);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
}

/** @param {Float32Array} cells */
function heatmapOf(cells) {
  const canvas = document.createElement("canvas");
  new Heatmap(canvas).show(cells);
  return canvas;
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {string[]} lines
 * @param {{word: string, start: number}} underlined
 * @param {number} top
 */
function drawSentence(context, lines, { word, start }, top) {
  context.font = SENTENCE;
  context.textBaseline = "top";
  let lineStart = 0; // in the sentence
  lines.forEach((line, row) => {
    const y = top + row * LINE;
    const before = start - lineStart;
    if (before >= 0 && before < line.length) {
      const x = MARGIN + context.measureText(line.slice(0, before)).width;
      context.fillStyle = ACCENT;
      context.fillRect(x, y + 64, context.measureText(word).width, 7);
    }
    context.fillStyle = TEXT;
    context.fillText(line, MARGIN, y);
    lineStart += line.length + 1;
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
