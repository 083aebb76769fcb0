/** How the page's modules lie: each imports only what is below it, and a folder stays small enough to be read. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const SITE = fileURLToPath(new URL("../../site/", import.meta.url));
const ASSETS = ["examples", "favicon.svg", "styles", "vendor"];

/** From the top down; two on one floor do not import each other. */
const FLOORS = [
  ["main.js"],
  ["gallery", "intake"],
  ["card"],
  ["store"],
  ["attention", "embed", "server"],
  ["lib"],
  ["photo.js", "strings", "vendor"],
];

const modules = readdirSync(SITE, { recursive: true }).filter((path) => path.endsWith(".js"));
const top = (module) => module.split("/")[0];
const floor = (module) => FLOORS.findIndex((entries) => entries.includes(top(module)));

/** What a module imports: statically, on demand, or only for its types. */
function imports(module) {
  const source = readFileSync(SITE + module, "utf8");
  const found = source.matchAll(/(?:\bfrom |\bimport |\bimport\()"(\.[^"]+)"/g);
  return [...found].map(([, path]) => posix.join(posix.dirname(module), path));
}

test("every module imports only what lies below it, or beside it in its own folder", () => {
  for (const module of modules) {
    assert.ok(floor(module) >= 0, `${module} is on no floor`);
    for (const imported of imports(module)) {
      assert.ok(modules.includes(imported), `${module} imports ${imported}, which is not there`);
      const allowed = floor(module) < floor(imported) || (module.includes("/") && top(module) === top(imported));
      assert.ok(allowed, `${module} must not import ${imported}`);
    }
  }
});

test("no module imports itself by a detour", () => {
  const done = new Set();
  const visit = (module, path) => {
    assert.ok(!path.includes(module), [...path, module].join(" → "));
    if (done.has(module)) return;
    imports(module).forEach((imported) => visit(imported, [...path, module]));
    done.add(module);
  };
  modules.forEach((module) => visit(module, []));
});

test("the page has at most 12 entries beside its assets, a folder at most 10", () => {
  const entries = readdirSync(SITE, { withFileTypes: true }).filter(({ name }) => !ASSETS.includes(name));
  assert.ok(entries.length <= 12, entries.map(({ name }) => name).join(" "));
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    assert.ok(readdirSync(SITE + name).length <= 10, name);
  }
});
