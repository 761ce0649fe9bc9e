// Whole models of the bank, converted and run in onnxruntime, against the outputs that TensorFlow 2.15 has stored.

import { importPasses, problemsOf, runPasses } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { readFrozenGraph } from "../read/frozen.ts";
import { bankFile, bankModels, storedRuns } from "../test-support/bank.ts";
import { relativeDifference } from "../test-support/differences.ts";
import { convertGraph } from "./convert.ts";

/** Largest difference over the largest value. */
const TOLERANCE = 1e-4;

const models = bankModels("frozen.pb");

describe.skipIf(models.length === 0)("the bank (skipped where TERSOR_BANK names no folder)", () => {
  const executor = createExecutor({ inProcess: true });
  afterAll(() => executor.dispose());

  it.each(models)("%s gives what TensorFlow gives", async (model) => {
    const runs = storedRuns(model);
    const outputs = runs[0]!.outputs.map(({ name }) => name);
    const converted = convertGraph(readFrozenGraph(bankFile(model, "frozen.pb"), { outputs }));
    const graph = runPasses(converted, importPasses);
    expect(problemsOf(graph)).toEqual([]);
    const executable = await executor.compile(graph);
    for (const run of runs) {
      const found = await executable.run(run.feeds);
      for (const { name, tensor } of run.outputs)
        expect(relativeDifference(found[name], tensor), name).toBeLessThan(TOLERANCE);
    }
    await executable.dispose();
  });
});
