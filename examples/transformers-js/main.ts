// npm start: makes the set and prints its report.

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { transformersJsSet } from "./set.ts";

const folder = relative(".", fileURLToPath(new URL("out", import.meta.url)));
console.log(String(await transformersJsSet(folder)));
