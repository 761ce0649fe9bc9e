// npm start: makes a trained ResNet-20 (CIFAR-10) into an INT8 model in each of the three formats, checks every result
// against its source, and prints and writes the row of figures that published tables have. The data: data/SOURCES.md.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { renderMarkdownTable, renderTerminal } from "tersor";
import { quickstart, resnet20 } from "./quickstart.ts";

const folder = relative(".", fileURLToPath(new URL("out/", import.meta.url)));
mkdirSync(folder, { recursive: true });

const reports = await quickstart({ model: relative(".", resnet20), folder });

const table = renderMarkdownTable(reports);
writeFileSync(join(folder, "table.md"), `${table}\n`);
writeFileSync(join(folder, "reports.json"), `${JSON.stringify(reports, null, 2)}\n`);
for (const report of reports) console.log(renderTerminal(report));
console.log(table);
