/**
 * Puts one description into many files with the page's own code:
 * node benchmarks/embed.js FOLDER DESCRIPTION < paths, one a line. Writes FOLDER/<line>, and one line of JSON for each.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canEmbed, embed } from "../site/embed/embed.js";
import { Failure } from "../site/lib/failure.js";

const [folder, description] = process.argv.slice(2);
const paths = readFileSync(0, "utf8").split("\n").filter(Boolean);

for (const [line, path] of paths.entries()) {
  const file = new File([readFileSync(path)], "photo");
  const status = (await canEmbed(file)) ? await embedInto(join(folder, String(line)), file) : "other format";
  console.log(JSON.stringify({ path, status }));
}

async function embedInto(path, file) {
  try {
    const embedded = await embed(file, JSON.parse(description));
    writeFileSync(path, new Uint8Array(await embedded.arrayBuffer()));
    return "embedded";
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw new Error(`${path}: ${error.message}`, { cause: error });
  }
}
