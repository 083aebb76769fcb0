import assert from "node:assert/strict";
import test from "node:test";
import { asCsv } from "../../site/gallery/export_csv.js";
import { asHtmlFile, asJson, asMarkdownFile } from "../../site/gallery/export_text.js";
import { preferNeutral } from "../../site/photo.js";
import { text } from "../../site/strings/en.js";
import { gendered, photo, record, withheld } from "./photos.js";

/** The bytes as text: Blob's own text() would drop the byte order mark. */
const content = async (blob) => Buffer.from(await blob.arrayBuffer()).toString("utf8");

/** Rows of simple cells, by column. */
async function rows(...photos) {
  const [head, ...lines] = (await content(asCsv(photos))).slice(1).trimEnd().split("\r\n");
  const cells = (line) => line.slice(1, -1).split('","');
  return lines.map((line) => Object.fromEntries(cells(head).map((column, i) => [column, cells(line)[i]])));
}

test("CSV begins with a byte order mark and ends every line as RFC 4180 says", async () => {
  const csv = await content(asCsv([photo()]));
  assert.ok(csv.startsWith('\ufeff"File","Alt text",'));
  assert.equal(csv.split("\r\n").length, 3);
  assert.ok(csv.endsWith("\r\n"));
});

test("CSV has the alt text, its certainty and its language", async () => {
  const [row] = await rows(photo());
  assert.equal(row["Alt text"], "A dog sits.");
  assert.equal(row.Certainty, "likely");
  assert.equal(row.Language, "en");
  assert.equal(row.Caption, "a dog sits");
  assert.equal(row.Confidence, "0.8");
  assert.equal(row.Added, "2026-11-24T00:00:00.000Z");
  assert.deepEqual([row.Edited, row.Decorative], ["no", "no"]);
});

test("CSV has neither alt text nor caption of a photo that needs a description", async () => {
  const [row] = await rows(photo({ record: withheld() }));
  assert.deepEqual([row["Alt text"], row.Caption, row.Certainty, row.Tags], ["", "", "none", "dog"]);
  assert.equal(row["Needs a description"], "yes");
});

test("CSV has what a person wrote there instead", async () => {
  const [row] = await rows(photo({ record: withheld(), own: "Rex sits." }));
  assert.deepEqual([row["Alt text"], row.Caption, row.Edited], ["Rex sits.", "", "yes"]);
});

test("CSV has what a person decided: the tags, the review", async () => {
  const [row] = await rows(photo({ tags: ["rex", "evening sun"], reviewed: true }));
  assert.deepEqual([row.Tags, row.Reviewed, row["Needs a description"]], ["rex, evening sun", "yes", "no"]);
});

test("CSV says why a photo failed", async () => {
  const failure = { message: "This file is empty.", retry: "pointless" };
  const [row] = await rows(photo({ record: null, failure }));
  assert.deepEqual([row["Alt text"], row.Failure], ["", "This file is empty."]);
});

test("CSV has a line for a photo that waits for its caption", async () => {
  const [row] = await rows(photo({ record: null }));
  assert.deepEqual([row["Alt text"], row.Certainty, row.Confidence], ["", "", ""]);
});

test("quotes are doubled, and nothing is a formula", async () => {
  for (const [name, cell] of [
    ['a "b".jpg', '"a ""b"".jpg"'],
    ["=1+2.jpg", '"\'=1+2.jpg"'],
    ["@sum.jpg", '"\'@sum.jpg"'],
    ["-1.jpg", '"\'-1.jpg"'],
  ]) {
    assert.ok((await content(asCsv([photo({ name })]))).includes(`\r\n${cell},`), name);
  }
});

test("JSON has the record as the server wrote it, and the alt text as it is to be published", async () => {
  const [told, none] = JSON.parse(await content(asJson([photo(), photo({ record: withheld() })])));
  assert.deepEqual(told.record, record());
  assert.equal(told.alt_text, "A dog sits.");
  assert.equal(none.alt_text, "");
  assert.equal(none.record.certainty, "none");
});

test("HTML and Markdown have a line for every photo that can be published", async () => {
  const photos = [photo(), photo({ decorative: true }), photo({ record: withheld() }), photo({ record: null })];
  const lines = async (blob) => (await content(blob)).trimEnd().split("\n");
  assert.deepEqual(await lines(asHtmlFile(photos)), ['<img src="dog.jpg" alt="A dog sits.">', '<img src="dog.jpg" alt="">']);
  assert.deepEqual(await lines(asMarkdownFile(photos)), ["![A dog sits.](dog.jpg)", "![](dog.jpg)"]);
});

test("every column has a name of its own", () => {
  const names = Object.values(text.columns);
  assert.equal(new Set(names).size, names.length);
});

test("what is exported is worded as it is shown; the record is what the server wrote", async (t) => {
  const photos = [photo({ record: gendered() })];
  assert.deepEqual((await rows(...photos))[0].Caption, "a man sits on his horse");
  preferNeutral(true);
  t.after(() => preferNeutral(false));
  const [row] = await rows(...photos);
  assert.deepEqual([row["Alt text"], row.Caption, row.Tags], ["A person sits on their horse.", "a person sits on their horse", "person"]);
  const [{ alt_text, record }] = JSON.parse(await content(asJson(photos)));
  assert.deepEqual([alt_text, record], ["A person sits on their horse.", gendered()]);
  assert.match(await content(asHtmlFile(photos)), /alt="A person sits on their horse\."/);
});
