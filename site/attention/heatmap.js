/**
 * Attention drawn over a photo: dark where it is low, transparent where it is high. The map is drawn at 112×112 pixels;
 * the browser scales it to the photo.
 */

import { smooth } from "./grid.js";

/** Value (0 to 1), then red, green, blue (0 to 255) and opacity (0 to 1); colours between two stops are mixed. */
const STOPS = [
  [0, 12, 10, 28, 0.7],
  [0.22, 34, 14, 62, 0.66],
  [0.42, 122, 28, 98, 0.58],
  [0.6, 226, 70, 62, 0.48],
  [0.78, 255, 160, 40, 0.36],
  [0.92, 255, 214, 110, 0.2],
  [1, 255, 240, 190, 0.08],
];
const COLOURS = colourRamp(256);
const TRANSITION = 320; // ms from one word's map to the next

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export class Heatmap {
  #canvas;
  #context;
  /** @type {Float32Array<ArrayBufferLike> | null} what is on the canvas; null while it is hidden */
  #shown = null;
  #frame = 0;

  /** @param {HTMLCanvasElement} canvas  laid over the photo */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  }

  /** @param {Float32Array} cells  (14, 14), 0 to 1 */
  show(cells) {
    const from = this.#shown;
    this.#canvas.classList.add("on");
    cancelAnimationFrame(this.#frame);
    if (from === null || reducedMotion.matches) this.#draw(cells);
    else this.#animate(from, cells, performance.now());
  }

  hide() {
    cancelAnimationFrame(this.#frame);
    this.#canvas.classList.remove("on");
    this.#shown = null;
  }

  /**
   * @param {Float32Array} from
   * @param {Float32Array} to
   * @param {number} started
   */
  #animate(from, to, started) {
    const step = () => {
      const time = Math.min(1, (performance.now() - started) / TRANSITION);
      const eased = time * time * (3 - 2 * time);
      this.#draw(from.map((value, cell) => value + eased * (to[cell] - value)));
      if (time < 1) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  /** @param {Float32Array} cells */
  #draw(cells) {
    this.#shown = cells;
    const { values, side } = smooth(cells);
    const picture = new ImageData(side, side);
    values.forEach((value, point) => {
      const shade = 4 * Math.round(255 * value);
      picture.data.set(COLOURS.subarray(shade, shade + 4), 4 * point);
    });
    this.#canvas.width = side;
    this.#canvas.height = side;
    this.#context.putImageData(picture, 0, 0);
  }
}

/**
 * @param {number} shades
 * @returns {Uint8ClampedArray} RGBA of each
 */
function colourRamp(shades) {
  const colours = new Uint8ClampedArray(4 * shades);
  for (let shade = 0; shade < shades; shade += 1) {
    const value = shade / (shades - 1);
    const next = Math.max(1, STOPS.findIndex(([at]) => at >= value));
    const [low, ...from] = STOPS[next - 1];
    const [high, ...to] = STOPS[next];
    const part = (value - low) / (high - low);
    const [red, green, blue, opacity] = from.map((channel, i) => channel + part * (to[i] - channel));
    colours.set([red, green, blue, 255 * opacity], 4 * shade);
  }
  return colours;
}
