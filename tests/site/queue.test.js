import assert from "node:assert/strict";
import test from "node:test";
import { createQueue } from "../../site/lib/queue.js";

/** A task that ends when its `end` is called. */
function task(started, name) {
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  return { run: () => (started.push(name), ended), end };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("no more than the limit run at once, and the rest start in their order", async () => {
  const started = [];
  const enqueue = createQueue(2);
  const tasks = ["a", "b", "c", "d"].map((name) => task(started, name));
  tasks.forEach(({ run }) => enqueue(run));
  await settled();
  assert.deepEqual(started, ["a", "b"]);
  tasks[1].end();
  await settled();
  assert.deepEqual(started, ["a", "b", "c"]);
  tasks[0].end();
  tasks[2].end();
  await settled();
  assert.deepEqual(started, ["a", "b", "c", "d"]);
});

test("an idle queue starts again", async () => {
  const started = [];
  const enqueue = createQueue(1);
  for (const name of ["a", "b"]) {
    const { run, end } = task(started, name);
    enqueue(run);
    end();
    await settled();
  }
  assert.deepEqual(started, ["a", "b"]);
});
