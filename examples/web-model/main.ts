// npm start: makes the files and prints their sizes, and how far they are from TensorFlow.js.

import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { basicPitch, makeForWeb } from "./web-model.ts";

const folder = relative(".", fileURLToPath(new URL("out", import.meta.url)));
mkdirSync(folder, { recursive: true });

const shipped = readdirSync(basicPitch).reduce((sum, name) => sum + statSync(join(basicPitch, name)).size, 0);
console.log(`basic-pitch as shipped for TensorFlow.js: ${kilobytes(shipped)}`);
for (const { path, bytes, sqnrDb } of await makeForWeb(folder)) {
  const outputs = Object.entries(sqnrDb).map(([name, dB]) => `${name} ${dB.toFixed(1)} dB`);
  console.log(`${path}: ${kilobytes(bytes)}; signal to noise against TensorFlow.js: ${outputs.join(", ")}`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
