// Every model of the bank in TensorFlow itself (tfjs-node), from each of TensorFlow's formats: against the outputs stored
// beside the models, and against our conversion to ONNX in onnxruntime. tools/tfjs-node/README.md says how to install it.
import { existsSync } from "node:fs";
import { importPasses, runPasses, type Feeds } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { convertGraph, readTensorFlow, tfjsNodeExecutor } from "@tersor/tensorflow";
import { afterAll, describe, expect, it } from "vitest";
import { bankFile, bankModels, storedRuns } from "../../packages/tensorflow/src/test-support/bank.ts";
import { fromEachOther, fromStored, runsOf } from "./runs.ts";

const folder = process.env["TERSOR_TFJS_NODE"];
const formats = folder !== undefined && existsSync(folder) ? ["frozen.pb", "saved_model", "ckpt", "tfjs_graph"] : [];
const cases = formats.flatMap((format) => bankModels(format).map((model) => [model, format] as const));

const tolerance: Readonly<Record<string, number>> = {
  /** Boxes are exponents of its outputs. */
  yolov3: 3e-4,
};

/** Figures of each case, printed at the end. */
const figures: string[] = [];

describe.skipIf(cases.length === 0)(
  "the bank in TensorFlow (skipped where TERSOR_TFJS_NODE or TERSOR_BANK names no folder)",
  () => {
    const onnx = createExecutor();
    afterAll(async () => {
      await onnx.dispose();
      console.info(["from stored   from ours     model, format", ...figures].join("\n"));
    });

    it.each(cases)("%s from %s", async (model, format) => {
      const file = bankFile(model, format);
      const executor = tfjsNodeExecutor({ folder: folder! });
      try {
        const theirs = await runsOf(executor, file, model);
        const ours = await convertedRuns(file, model);
        const [stored, converted] = [fromStored(theirs, model), fromEachOther(theirs, ours)];
        figures.push(
          `${stored.toExponential(1).padEnd(14)}${converted.toExponential(1).padEnd(14)}${model}, ${format}`,
        );
        expect(stored).toBeLessThan(tolerance[model] ?? 1e-5);
        expect(converted).toBeLessThan(tolerance[model] ?? 1e-4);
      } finally {
        await executor.dispose();
      }
    });

    async function convertedRuns(file: string, model: string): Promise<readonly Feeds[]> {
      const executable = await onnx.compile(runPasses(convertGraph(readTensorFlow(file)), importPasses));
      try {
        const results: Feeds[] = [];
        for (const { feeds } of storedRuns(model)) results.push(await executable.run(feeds));
        return results;
      } finally {
        await executable.dispose();
      }
    }
  },
);
