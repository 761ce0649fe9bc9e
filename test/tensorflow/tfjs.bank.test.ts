// Every model of the bank in TensorFlow.js on WebAssembly, from each of TensorFlow's formats. Oracle: the outputs that
// TensorFlow 2.15 gave, stored beside the models.
import { tfjsExecutor } from "@tersor/tensorflow";
import { describe, expect, it } from "vitest";
import { bankFile, bankModels } from "../../packages/tensorflow/src/test-support/bank.ts";
import { fromStored, runsOf } from "./runs.ts";

const cases = ["frozen.pb", "saved_model", "ckpt", "tfjs_graph"].flatMap((format) =>
  bankModels(format).map((model) => [model, format] as const),
);

describe.skipIf(cases.length === 0)("the bank in TensorFlow.js (skipped where TERSOR_BANK names no folder)", () => {
  it.each(cases)("%s from %s", async (model, format) => {
    const executor = tfjsExecutor();
    try {
      const results = await runsOf(executor, bankFile(model, format), model);
      expect(fromStored(results, model)).toBeLessThan(1e-5);
    } finally {
      await executor.dispose();
    }
  });
});
