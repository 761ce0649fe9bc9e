// Makes the pages of the documentation that the code says better than a hand: docs/operators.md, docs/errors.md,
// docs/metrics.md, docs/tensorflow-operations.md, docs/keras-layers.md and the framework tables in docs/tables.
// Run: npx tsx --conditions=@tersor/source tools/support-tables.ts [--check]; with --check nothing is written and pages
// that differ from the code are an error.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorsPage } from "./docs/errors.ts";
import { kerasPage } from "./docs/keras.ts";
import { metricsPage } from "./docs/metrics.ts";
import { operatorsPage } from "./docs/operators.ts";
import { tablePages } from "./docs/tables.ts";
import { tensorflowPage } from "./docs/tensorflow.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const check = process.argv.includes("--check");

for (const { file, text } of [
  await operatorsPage(),
  errorsPage(root),
  metricsPage(),
  tensorflowPage(root),
  await kerasPage(root),
  ...(await Promise.all(["onnx", "tensorflow", "keras", "torchscript"].map((suite) => tablePages(root, suite)))).flat(),
]) {
  const path = join(root, "docs", file);
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`docs/${file} does not say what the code says: run this script without --check.`);
    process.exitCode = 1;
  }
}
