// TensorFlow's own runs of the bank's models, held against what an executor gives for a file of the model.
import type { Executor, Feeds, Tensor } from "@tersor/core";
import { storedRuns } from "../../packages/tensorflow/src/test-support/bank.ts";
import { relativeDifference } from "../../packages/tensorflow/src/test-support/differences.ts";

const timeoutMs = 120_000;

/** What an executor gives for both stored feeds. */
export async function runsOf(executor: Executor, file: string, model: string): Promise<readonly Feeds[]> {
  const executable = await executor.compile({ file }, { timeoutMs });
  try {
    const results: Feeds[] = [];
    for (const { feeds } of storedRuns(model)) results.push(await executable.run(feeds, { timeoutMs }));
    return results;
  } finally {
    await executable.dispose();
  }
}

/** The largest relative difference over all outputs of both runs from TensorFlow's. */
export function fromStored(results: readonly Feeds[], model: string): number {
  const differences = storedRuns(model).flatMap(({ outputs }, run) =>
    outputs.map(({ name, tensor }, i) => relativeDifference(outputLike(results[run]!, name, i), tensor)),
  );
  return Math.max(...differences);
}

/** The largest relative difference of two executors' outputs. */
export function fromEachOther(results: readonly Feeds[], others: readonly Feeds[]): number {
  const differences = results.flatMap((outputs, run) =>
    Object.entries(outputs).map(([name, tensor]) => relativeDifference(others[run]![name], tensor)),
  );
  return Math.max(...differences);
}

/** SavedModels name their outputs anew: "output_0" for what the frozen graph calls "Identity". */
function outputLike(outputs: Feeds, name: string, position: number): Tensor | undefined {
  return outputs[name] ?? Object.values(outputs)[position];
}
