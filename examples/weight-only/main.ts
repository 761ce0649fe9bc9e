// npm start: prints the table.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { weightOnly } from "./weight-only.ts";

const folder = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const { method, bytes, sqnrDb, perplexity } of await weightOnly(folder)) {
  const size = `${(bytes / 1e3).toFixed(0)} kB`;
  const sqnr = sqnrDb === Infinity ? "" : `${sqnrDb.toFixed(1)} dB`;
  console.log(`${method.padEnd(16)} ${size.padStart(8)} ${sqnr.padStart(9)}   perplexity ${perplexity.toFixed(1)}`);
}
