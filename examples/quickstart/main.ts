// npm start: makes a trained ResNet-20 (CIFAR-10) into an INT8 model in each of the three formats, checks every result
// against its source, and prints and writes the row of figures that published tables have. The data: data/SOURCES.md.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderMarkdownTable, renderTerminal } from "@tersor/evaluate";
import { quickstart, resnet20 } from "./quickstart.ts";

const output = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(output, { recursive: true });

const reports = await quickstart({ model: resnet20, output });

const table = `${renderMarkdownTable(reports)}\n`;
writeFileSync(join(output, "table.md"), table);
writeFileSync(join(output, "reports.json"), `${JSON.stringify(reports, null, 2)}\n`);
for (const report of reports) console.log(renderTerminal(report));
console.log(table);
if (reports.some(({ check }) => !check?.ok)) process.exitCode = 1;
