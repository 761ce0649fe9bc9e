// What the doors make of a model has no more Transposes than what the incumbent converter makes of it, and at most a
// tenth more nodes. Oracle: the reference.onnx beside each model of the bank, made by tf2onnx 1.16.1.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importPasses, runPasses, subgraphsOf, type Graph, type Subgraph } from "@tersor/core";
import { readKeras } from "@tersor/keras";
import { readModel } from "@tersor/onnx";
import { convertGraph, readTensorFlow } from "@tersor/tensorflow";
import { describe, expect, it } from "vitest";
import { convertedFile, convertedModels } from "../inference/bank.ts";

/** Formats by file or folder name; those of Keras are read layer by layer. */
const formats = {
  "frozen.pb": "tensorflow",
  saved_model: "tensorflow",
  ckpt: "tensorflow",
  tfjs_graph: "tensorflow",
  "model.h5": "keras",
  "model.keras": "keras",
  tfjs_layers: "keras",
} as const;

type Format = keyof typeof formats;

interface Structure {
  readonly nodes: number;
  readonly transposes: number;
}

/** Operators of all levels; a Constant computes nothing, and stands for an initializer. */
function structureOf(graph: Subgraph): Structure {
  let [nodes, transposes] = [0, 0];
  for (const node of graph.nodes) {
    if (node.op !== "Constant") nodes++;
    if (node.op === "Transpose") transposes++;
    for (const { graph: body } of subgraphsOf(node)) {
      const inner = structureOf(body);
      nodes += inner.nodes;
      transposes += inner.transposes;
    }
  }
  return { nodes, transposes };
}

async function converted(model: string, format: Format): Promise<Graph> {
  const path = join(convertedFile(model), "..", format);
  if (formats[format] === "keras") return readKeras(path);
  const meta = JSON.parse(readFileSync(join(path, "..", "meta.json"), "utf8")) as { outputs: [string][] };
  // A SavedModel and a tfjs model name their outputs themselves.
  const named = format === "frozen.pb" || format === "ckpt";
  const outputs = named ? { outputs: meta.outputs.map(([name]) => name) } : {};
  return runPasses(convertGraph(readTensorFlow(path, outputs)), importPasses, { verify: true });
}

const cases = convertedModels.flatMap((model) =>
  (Object.keys(formats) as Format[])
    .filter((format) => existsSync(join(convertedFile(model), "..", format)))
    .map((format) => ({ model, format })),
);

describe.skipIf(cases.length === 0)("converted models are lean (skipped without TERSOR_BANK)", () => {
  it.each(cases)("$model from $format", { timeout: 120_000 }, async ({ model, format }) => {
    const reference = structureOf(await readModel(convertedFile(model)));
    const ours = structureOf(await converted(model, format));
    expect(ours.transposes).toBeLessThanOrEqual(reference.transposes);
    expect(ours.nodes).toBeLessThanOrEqual(reference.nodes * 1.1);
  });
});
