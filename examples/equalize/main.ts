// npm start: prints the table.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { equalized } from "./equalize.ts";

const folder = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const model of ["bert_seqcls", "mobilenet_v1"]) {
  console.log(model);
  for (const [method, sqnrDb] of Object.entries(await equalized(model, folder)))
    console.log(`  ${method.padEnd(20)} ${sqnrDb.toFixed(1).padStart(5)} dB`);
}
