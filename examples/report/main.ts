// npm start: writes the page and says where it is.

import { mkdirSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { writePage } from "./report.ts";

const folder = relative(".", fileURLToPath(new URL("out", import.meta.url)));
mkdirSync(folder, { recursive: true });
console.log(`Open ${await writePage(folder)} in a browser.`);
