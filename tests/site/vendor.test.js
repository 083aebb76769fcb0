/** What the page ships of npm is what package-lock.json names, unchanged. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const VENDOR = `${ROOT}site/vendor/`;
const packages = readdirSync(VENDOR, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test("every file is the package's own, and its licence is there", () => {
  assert.ok(packages.length > 0);
  for (const { name } of packages) {
    const files = readdirSync(VENDOR + name);
    assert.ok(files.some((file) => file.startsWith("LICENSE")), name);
    for (const file of files) {
      const [ours, theirs] = [`${VENDOR}${name}/${file}`, `${ROOT}node_modules/${name}/${file}`];
      assert.deepEqual(readFileSync(ours), readFileSync(theirs), file);
    }
  }
});

test("the versions in the table are those that are locked", () => {
  const { packages: locked } = JSON.parse(readFileSync(`${ROOT}package-lock.json`, "utf8"));
  const table = readFileSync(`${VENDOR}README.md`, "utf8");
  for (const { name } of packages) {
    const row = table.split("\n").find((line) => line.startsWith(`| ${name}/ |`));
    assert.ok(row?.includes(`| ${locked[`node_modules/${name}`].version} |`), name);
  }
});
