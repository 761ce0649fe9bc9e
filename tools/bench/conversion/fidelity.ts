// How near a converted model stays to TensorFlow: each format of each model of the bank, on the stored inputs, beside the
// incumbent converter's file.
import { join } from "node:path";
import { elementCount, isFloat, type Executor, type Feeds, type Graph, type Runnable, type Tensor } from "@tersor/core";
import { kerasAdapter } from "@tersor/keras";
import { createExecutor } from "@tersor/onnx";
import { tensorflowAdapter } from "@tersor/tensorflow";
import { storedRuns } from "../../../packages/tensorflow/src/test-support/bank.ts";
import { relativeDifference } from "../../../packages/tensorflow/src/test-support/differences.ts";
import type { Benchmark, Comparison } from "../row.ts";
import { convertedModels, type ConvertedModel } from "./bank.ts";

/** What is asked for; more only where the model's own note says so. */
const LIMIT = 1e-4;
const others: Readonly<Record<string, { readonly limit: number; readonly why: string }>> = {
  yolov3: { limit: 1e-3, why: "boxes are made with an exponential; the incumbent's file is as far off" },
  ssd_mobilenet_v1: { limit: 1e-3, why: "tied scores: rows of equal scores may change places" },
};

/** A model of the bank in one of its formats. */
export function readModel({ folder }: ConvertedModel, format: string): Promise<Graph> {
  const isKeras = ["model.h5", "model.keras", "tfjs_layers"].includes(format);
  return (isKeras ? kerasAdapter : tensorflowAdapter).read(join(folder, format));
}

/** One row per model and format. */
export function fidelityRows(bank: string): readonly Benchmark[] {
  return convertedModels(bank).map((model) => ({ name: `fidelity/${model.name}`, run: () => compared(model) }));
}

async function compared(model: ConvertedModel): Promise<readonly Comparison[]> {
  const executor = createExecutor();
  try {
    const theirs = await difference(executor, { file: model.reference }, model.name);
    const rows: Comparison[] = [];
    for (const format of model.formats) {
      const ours = await difference(executor, await readModel(model, format), model.name);
      const { limit, why } = others[model.name] ?? { limit: LIMIT, why: undefined };
      rows.push({
        name: `fidelity/${model.name} ${format}`,
        ours,
        theirs,
        unit: "of the largest value",
        better: "lower",
        goal: limit,
        goalOf: "ours",
        ...(why !== undefined && { note: why }),
      });
    }
    return rows;
  } finally {
    await executor.dispose();
  }
}

async function difference(executor: Executor, model: Runnable, name: string): Promise<number> {
  const executable = await executor.compile(model);
  try {
    let largest = 0;
    for (const { feeds, outputs } of storedRuns(name)) {
      const results = await executable.run(
        renamed(
          feeds,
          executable.inputs.map((input) => input.name),
        ),
      );
      for (const [i, { name: output, tensor }] of outputs.entries())
        largest = Math.max(largest, relativeDifference(like(results, output, i, tensor), tensor));
    }
    return largest;
  } finally {
    await executable.dispose();
  }
}

/** The reference calls its inputs "x:0", SavedModels and Keras by other names: where the name differs, the place counts. */
function renamed(feeds: Feeds, inputs: readonly string[]): Feeds {
  const plain = (name: string) => name.replace(/:0$/, "");
  const given = Object.entries(feeds);
  const find = (input: string, i: number): Tensor | undefined =>
    given.find(([name]) => name === plain(input))?.[1] ?? given[i]?.[1];
  return Object.fromEntries(inputs.flatMap((input, i) => (find(input, i) ? [[input, find(input, i)!]] : [])));
}

function like(results: Feeds, name: string, place: number, expected: Tensor): Tensor | undefined {
  const same = ({ shape, dtype }: Tensor) =>
    elementCount(shape) === elementCount(expected.shape) && isFloat(dtype) === isFloat(expected.dtype);
  const named = results[name] ?? results[`${name}:0`];
  if (named !== undefined) return named;
  const placed = Object.values(results)[place];
  return placed !== undefined && same(placed) ? placed : Object.values(results).find(same);
}
