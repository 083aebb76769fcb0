import assert from "node:assert/strict";
import test from "node:test";
import { SIDE, centre, smooth, unpack } from "../../site/attention/grid.js";

/** (14, 14), zero but for one cell. */
function peak(row, column) {
  const cells = new Float32Array(SIDE * SIDE);
  cells[row * SIDE + column] = 1;
  return cells;
}

test("attention is unpacked to 196 values from 0 to 1", () => {
  const cells = unpack(btoa("\xff" + "\0".repeat(194) + "\x33"));
  assert.equal(cells.length, 196);
  assert.equal(cells[0], 1);
  assert.equal(cells[1], 0);
  assert.ok(Math.abs(cells[195] - 0.2) < 1e-6);
});

test("a smooth grid reaches from 0 to 1 and is highest where the cell is", () => {
  const { values, side } = smooth(peak(3, 10));
  assert.equal(values.length, side * side);
  assert.equal(Math.min(...values), 0);
  assert.equal(Math.max(...values), 1);
  const highest = values.indexOf(1);
  assert.equal(Math.floor(((Math.floor(highest / side) + 0.5) / side) * SIDE), 3);
  assert.equal(Math.floor((((highest % side) + 0.5) / side) * SIDE), 10);
});

test("a smooth grid has no steps", () => {
  const { values, side } = smooth(peak(7, 7));
  for (let point = 0; point < values.length - 1; point += 1) {
    if ((point + 1) % side !== 0) assert.ok(Math.abs(values[point + 1] - values[point]) < 0.15);
  }
});

test("even attention is drawn as such", () => {
  assert.ok(smooth(new Float32Array(SIDE * SIDE).fill(0.5)).values.every(Number.isFinite));
});

test("the centre is in the third of the photo where the peak is", () => {
  assert.deepEqual(centre(peak(0, 0)), { row: 0, column: 0 });
  assert.deepEqual(centre(peak(7, 6)), { row: 1, column: 1 });
  assert.deepEqual(centre(peak(13, 2)), { row: 2, column: 0 });
});
