// A decoder with a key-value cache, laid out as model hubs have it, and every file that transformers.js can ask for.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadSkeleton, quantizeSet, writeModel, type QuantizeSetReport } from "tersor";

const skeleton = fileURLToPath(new URL("../zoo/onnx/llama_past.onnx.gz", import.meta.url));

/** Writes `onnx/model.onnx` into a folder and makes the set beside it. */
export async function transformersJsSet(folder: string): Promise<QuantizeSetReport> {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  await writeModel(loadSkeleton(skeleton).graph, join(folder, "onnx", "model.onnx"), { force: true });
  return quantizeSet(folder, { set: "transformers.js", force: true });
}
