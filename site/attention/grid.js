/** Attention as numbers: 14×14 cells over the whole photo, row by row. Imports nothing. */

export const SIDE = 14;

/**
 * @param {string} base64  196 bytes, 255 where attention is highest
 * @returns {Float32Array} 196 values, 0 to 1
 */
export function unpack(base64) {
  return Float32Array.from(atob(base64), (character) => character.charCodeAt(0) / 255);
}

/**
 * The weight of each cell for points along one side: a cubic B-spline, smooth and without overshoot.
 *
 * @param {number} points  along one side
 * @returns {Float32Array} (points, 14), each row summing to 1
 */
function splineWeights(points) {
  const weights = new Float32Array(points * SIDE);
  for (let point = 0; point < points; point += 1) {
    const place = ((point + 0.5) / points) * SIDE - 0.5;
    for (let cell = Math.floor(place) - 1; cell <= Math.floor(place) + 2; cell += 1) {
      const edge = Math.min(SIDE - 1, Math.max(0, cell));
      weights[point * SIDE + edge] += cubicBSpline(Math.abs(place - cell));
    }
  }
  return weights;
}

/** @param {number} distance  in cells */
function cubicBSpline(distance) {
  if (distance >= 2) return 0;
  return distance >= 1 ? (2 - distance) ** 3 / 6 : 2 / 3 - distance ** 2 + distance ** 3 / 2;
}

const SMOOTH = 112; // points along one side of a smooth grid
const WEIGHTS = splineWeights(SMOOTH);

/**
 * @param {Float32Array} cells  (14, 14)
 * @returns {{values: Float32Array, side: number}} (side, side), scaled to 0 to 1
 */
export function smooth(cells) {
  const rows = new Float32Array(SMOOTH * SIDE); // (112, 14): first down, then across
  for (let y = 0; y < SMOOTH; y += 1) {
    for (let row = 0; row < SIDE; row += 1) {
      const weight = WEIGHTS[y * SIDE + row];
      if (weight === 0) continue;
      for (let column = 0; column < SIDE; column += 1) rows[y * SIDE + column] += weight * cells[row * SIDE + column];
    }
  }
  const values = new Float32Array(SMOOTH * SMOOTH);
  for (let y = 0; y < SMOOTH; y += 1) {
    for (let x = 0; x < SMOOTH; x += 1) {
      let sum = 0;
      for (let column = 0; column < SIDE; column += 1) sum += WEIGHTS[x * SIDE + column] * rows[y * SIDE + column];
      values[y * SMOOTH + x] = sum;
    }
  }
  return { values: normalised(values), side: SMOOTH };
}

/** @param {Float32Array} values  returned scaled to 0 to 1 */
function normalised(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const range = high - low || 1;
  return values.map((value) => (value - low) / range);
}

/**
 * Where most of the attention is, for people who cannot see the map.
 *
 * @param {Float32Array} cells  (14, 14)
 * @returns {{row: 0 | 1 | 2, column: 0 | 1 | 2}} a third of the photo each way; 1 is the middle
 */
export function centre(cells) {
  let sum = 0;
  let down = 0;
  let across = 0;
  cells.forEach((value, cell) => {
    const weight = value ** 2; // low values spread over the photo count little
    sum += weight;
    down += weight * Math.floor(cell / SIDE);
    across += weight * (cell % SIDE);
  });
  return { row: third(down / sum), column: third(across / sum) };
}

/**
 * @param {number} place  in cells
 * @returns {0 | 1 | 2}
 */
function third(place) {
  if (place < SIDE / 3) return 0;
  return place < (2 * SIDE) / 3 - 1 ? 1 : 2;
}
