import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

globalThis.document = { baseURI: "https://example.org/" };
globalThis.location = new URL("https://example.org/");
const { cancelDeletions, planDeletions, plannedDeletions, sendDeletions } = await import("../../site/server/deletion.js");

let asked;
let answer;
const stored = new Map();

globalThis.localStorage = {
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => stored.set(key, value),
};
globalThis.fetch = async (url, { method, keepalive }) => {
  asked.push([method, url, keepalive]);
  return answer();
};

beforeEach(() => {
  asked = [];
  answer = () => new Response(null, { status: 204 });
  stored.clear();
});

test("a planned deletion is sent, also while the page closes, and then forgotten", async () => {
  planDeletions(["/api/captions/1", "/api/captions/2"]);
  await sendDeletions(["/api/captions/1"]);
  assert.deepEqual(asked, [["DELETE", "/api/captions/1", true]]);
  assert.deepEqual(plannedDeletions(), ["/api/captions/2"]);
});

test("one that is cancelled is forgotten without asking the server", () => {
  planDeletions(["/api/captions/1", "/api/captions/2"]);
  cancelDeletions(["/api/captions/1"]);
  assert.deepEqual(plannedDeletions(), ["/api/captions/2"]);
  assert.deepEqual(asked, []);
});

for (const [name, fails] of [
  ["no network", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["a server error", () => new Response("", { status: 503 })],
  ["too many requests", () => new Response("", { status: 429 })],
  ["a key that is asked for", () => new Response("", { status: 401 })],
]) {
  test(`after ${name} it stays planned`, async () => {
    answer = fails;
    planDeletions(["/api/captions/1"]);
    await sendDeletions(plannedDeletions());
    assert.deepEqual(plannedDeletions(), ["/api/captions/1"]);
  });
}

test("what the server no longer has counts as deleted", async () => {
  answer = () => new Response('{"error": {"code": "not_found"}}', { status: 404 });
  planDeletions(["/api/captions/1"]);
  await sendDeletions(plannedDeletions());
  assert.deepEqual(plannedDeletions(), []);
});
