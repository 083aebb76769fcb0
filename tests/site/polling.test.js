import assert from "node:assert/strict";
import test, { before, beforeEach, mock } from "node:test";

globalThis.location = new URL("https://example.org/");
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
globalThis.localStorage = { getItem: () => null };
const { waitForCaption } = await import("../../site/server/polling.js");

const EACH = 100; // ms that the server takes for a photo, one after the other
const { signal } = new AbortController();
const onState = () => {};
/** @type {number[]} when captions were asked for, ms */
let asked;
/** @type {Record<string, number>} when each photo has its caption, ms */
let due;

globalThis.fetch = async (url) => {
  asked.push(Date.now());
  const status = Date.now() >= due[url] ? 200 : 202;
  return new Response(JSON.stringify({ status: status === 200 ? "captioned" : "waiting" }), { status });
};

before(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
beforeEach(() => {
  asked = [];
  due = {};
});

/** @param {Promise<unknown>} waiting  let time pass until it has ended */
async function pass(waiting) {
  let ended = false;
  waiting.finally(() => (ended = true));
  while (!ended) {
    mock.timers.tick(50);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve)); // what was asked is answered
  }
}

/** @param {number} count  of photos that come at once @returns {Promise<number>} ms until the last has its caption */
async function captions(count) {
  const started = Date.now();
  const urls = Array.from({ length: count }, (_, place) => `/api/captions/${place}`);
  urls.forEach((url, place) => (due[url] = started + EACH * (place + 1)));
  await pass(Promise.all(urls.map((url) => waitForCaption(url, { onState, signal }))));
  return Date.now() - started;
}

test("photos that wait for each other are asked for when they are about due", async () => {
  await captions(40);
  asked = [];
  const ms = await captions(40);
  assert.ok(asked.length <= 80, `asked ${asked.length} times for 40 captions`);
  assert.ok(ms <= 40 * EACH + 500, `${ms} ms`);
});

test("one photo after many is asked for after half a second", async () => {
  await captions(40);
  asked = [];
  assert.equal(await captions(1), 500);
  assert.equal(asked.length, 1);
});

test("many photos after one are not asked for later than it took", async () => {
  for (let number = 0; number < 10; number += 1) await captions(1);
  asked = [];
  const started = Date.now();
  await captions(16);
  const first = asked.slice(0, 16).map((time) => time - started);
  assert.ok(Math.max(...first) <= 500, first.join(" "));
});
