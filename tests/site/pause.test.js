import assert from "node:assert/strict";
import test from "node:test";
import { sleep } from "../../site/lib/pause.js";

test("a sleep ends after its time", async () => {
  await sleep(1, new AbortController().signal);
});

test("a sleep ends at once when its signal is aborted, before or meanwhile", async () => {
  const reason = new Error("cancelled");
  await assert.rejects(sleep(60_000, AbortSignal.abort(reason)), reason);
  const controller = new AbortController();
  const sleeping = sleep(60_000, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleeping, reason);
});
