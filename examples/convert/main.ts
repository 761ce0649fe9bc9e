// npm start: prints the table.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { converted } from "./convert.ts";

const folder = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const { name, sizeBytes, sqnrDb } of await converted(folder)) {
  const level = Number.isFinite(sqnrDb) ? `${sqnrDb.toFixed(1)} dB` : "the same";
  console.log(`${name.padEnd(24)} ${String(Math.round(sizeBytes / 1000)).padStart(5)} kB ${level.padStart(10)}`);
}
