import assert from "node:assert/strict";
import test from "node:test";
import { Failure } from "../../site/lib/failure.js";
import { text } from "../../site/strings/en.js";

test("what may pass is tried again: no answer, too many requests, the server's own faults", () => {
  for (const status of [0, 429, 500, 503]) assert.ok(new Failure("internal_error", { status }).isTransient, `${status}`);
  for (const status of [200, 400, 404, 415]) assert.ok(!new Failure("not_found", { status }).isTransient, `${status}`);
});

test("a fault of the photo itself is permanent", () => {
  assert.ok(new Failure("corrupt_image", { status: 200 }).isPermanent);
  assert.ok(!new Failure("too_many_requests", { status: 429 }).isPermanent);
});

test("every failure that starts in the page has a sentence", () => {
  for (const code of ["unreachable", "upload_interrupted", "upload_refused", "empty_image", "unsupported_format",
    "unreadable", "payload_too_large", "not_found", "too_many_requests", "no_answer", "no_room", "internal_error"]) {
    assert.match(text.errors[code], /^[A-Z].*\.$/, code);
  }
});
