import assert from "node:assert/strict";
import test from "node:test";
import { asHtml, asMarkdown } from "../../site/card/snippets.js";
import { photo, withheld } from "./photos.js";

test("HTML and Markdown carry the alt text", () => {
  assert.equal(asHtml(photo()), '<img src="dog.jpg" alt="A dog sits.">');
  assert.equal(asMarkdown(photo()), "![A dog sits.](dog.jpg)");
});

test("what a person wrote is escaped", () => {
  const own = 'Rex says "hello" & <b>waits</b> [here].\nNow.';
  assert.equal(
    asHtml(photo({ own })),
    '<img src="dog.jpg" alt="Rex says &quot;hello&quot; &amp; &lt;b&gt;waits&lt;/b&gt; [here].\nNow.">',
  );
  assert.equal(asMarkdown(photo({ own })), String.raw`![Rex says "hello" & \<b>waits\</b> \[here\]. Now.](dog.jpg)`);
});

test("a withheld caption is in neither", () => {
  assert.equal(asHtml(photo({ record: withheld() })), '<img src="dog.jpg" alt="">');
  assert.equal(asMarkdown(photo({ record: withheld() })), "![](dog.jpg)");
});
