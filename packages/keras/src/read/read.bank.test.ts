// The Keras models of the bank in each of their formats, run in onnxruntime, against the outputs that TensorFlow 2.15 has
// stored, and no larger than what the incumbent converter makes of them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tensorFromBytes, type Tensor } from "@tersor/core";
import { readModel } from "@tersor/onnx";
import { describe, expect, it } from "vitest";
import { difference, run } from "../test-support/fixtures.ts";
import { readKeras } from "./read.ts";

const bank = join(process.env["TERSOR_BANK"] ?? "", "tensorflow");
const isThere = process.env["TERSOR_BANK"] !== undefined && existsSync(bank);
const formats = ["model.h5", "model.keras", "tfjs_layers"] as const;
const models = (isThere ? readdirSync(bank) : [])
  .flatMap((model) => formats.map((format) => [model, format] as const))
  .filter(([model, format]) => model.startsWith("keras_") && existsSync(join(bank, model, format)));

/** The array that a run has stored for the one input or output of these models. */
function stored(model: string, kind: string): Tensor {
  const file = readdirSync(join(bank, model)).find((name) => name.startsWith(`${kind}.`));
  const bytes = readFileSync(join(bank, model, file ?? kind));
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const shape = /\(([^)]*)\)/
    .exec(header)![1]!
    .split(",")
    .filter((size) => size.trim() !== "");
  const dtype = header.includes("<i4") ? "int32" : "float32";
  return tensorFromBytes(dtype, shape.map(Number), new Uint8Array(bytes.subarray(start)));
}

describe.skipIf(models.length === 0)("the bank (skipped where TERSOR_BANK names no folder)", () => {
  it.each(models)("%s as %s gives what TensorFlow gives", async (model, format) => {
    const graph = await readKeras(join(bank, model, format));
    for (const i of [0, 1]) {
      const [found] = await run(graph, { [graph.inputs[0]!.name]: stored(model, `in${i}`) });
      expect(difference(found!, stored(model, `out${i}`))).toBeLessThan(1e-4);
    }
  });

  it.each(models)("%s as %s has no more nodes than the incumbent's", async (model, format) => {
    const graph = await readKeras(join(bank, model, format));
    const theirs = await readModel(join(bank, model, "reference.onnx"));
    const transposes = ({ nodes }: typeof graph): number => nodes.filter(({ op }) => op === "Transpose").length;
    expect(graph.nodes.length).toBeLessThanOrEqual(theirs.nodes.length);
    expect(transposes(graph)).toBeLessThanOrEqual(transposes(theirs));
  });
});
