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

test("a file name is percent-encoded, so that no letter of it ends the address", () => {
  const odd = photo({ name: `#1? 50% (it's "é" & <b>)*.jpg` });
  const url = "%231%3F%2050%25%20%28it%27s%20%22%C3%A9%22%20%26%20%3Cb%3E%29%2a.jpg";
  assert.equal(asHtml(odd), `<img src="${url}" alt="A dog sits.">`);
  assert.equal(asMarkdown(odd), `![A dog sits.](${url})`);
  const { pathname, hash, search } = new URL(url, "https://example.org/");
  assert.equal(decodeURIComponent(pathname), `/${odd.name}`);
  assert.equal(hash + search, "");
});
