// The check of a quantized file: run beside its source on typical inputs, or on made-up ones where there are none.

import {
  batchesOf,
  isTersorError,
  take,
  type CheckResult,
  type Dataset,
  type Executor,
  type Graph,
} from "@tersor/core";
import { checkModel, type CheckOptions } from "@tersor/evaluate";
import { readModel } from "@tersor/onnx";
import type { QuantizedGraph } from "@tersor/quantize";
import { checkFailed, checkNeedsData } from "../errors.ts";
import { inputsOf } from "./model.ts";
import { stopOption, type CommonOptions } from "./session.ts";

/** How the result is held against its source before it is kept. */
export type CheckChoice =
  /** Not run, not compared. */
  | "none"
  /** A few samples, every output at least 10 dB. */
  | "default"
  | {
      readonly minSqnrDb?: number | undefined;
      readonly samples?: number | undefined;
      /** Compare inner tensors too. */
      readonly tensors?: boolean | undefined;
    };

export interface CheckJob {
  readonly executor: Executor;
  /** The model file and its graph. */
  readonly source: { readonly path: string; readonly graph: Graph };
  readonly quantized: QuantizedGraph;
  /** The file that was written. */
  readonly written: string;
  /** Where it is going to be. */
  readonly output: string;
  readonly calibration: Dataset | undefined;
  readonly choice: Exclude<CheckChoice, "none">;
  readonly common: CommonOptions;
}

/** Samples that the check runs: of the data, or made up. */
const SAMPLES = 8;
const GENERATED_SAMPLES = 2;

/**
 * Checks a quantized file.
 * @throws TERSOR_CHECK_FAILED with the outputs that fall short and the operators at fault; TERSOR_CHECK_NEEDS_DATA
 * when there is no data and the source can't run on made-up inputs.
 */
export async function checkQuantized(job: CheckJob): Promise<CheckResult> {
  const { executor, source, written, choice, common, output } = job;
  const { minSqnrDb, tensors = false } = choice === "default" ? {} : choice;
  const result = await onInputs(job, async (dataset) =>
    checkModel({
      executor,
      reference: { file: source.path },
      candidate: { file: written },
      batches: batchesOf(dataset, { batchSize: 1 }),
      ...(minSqnrDb !== undefined && { minSqnrDb }),
      ...insideOf(job.quantized, await readModel(written), tensors),
      ...stopOption(common),
      onBatch: (done) => common.onProgress?.({ stage: "check", done }),
    }),
  );
  if (result.ok) return result;
  throw checkFailed({ output, failing: result.failing, suspects: result.worstOperators ?? [] });
}

/** Runs `work` on samples of the data; where there is none, on made-up ones, which a model may well refuse. */
async function onInputs<T>(
  { source, calibration, choice }: CheckJob,
  work: (inputs: Dataset) => Promise<T>,
): Promise<T> {
  const wanted = choice === "default" ? undefined : choice.samples;
  if (calibration !== undefined) return work(take(calibration, wanted ?? SAMPLES));
  const { random } = await import("@tersor/data");
  try {
    const inputs = random({ inputs: inputsOf(source.graph), samples: wanted ?? GENERATED_SAMPLES, seed: 0 });
    return await work(inputs);
  } catch (error) {
    throw isTersorError(error, "DATA_OPTION") || isTersorError(error, "ONNX_RUN_FAILED")
      ? checkNeedsData(error)
      : error;
  }
}

/** Where to look when the check fails: at what was quantized, in the graphs that share the names of tensors. */
function insideOf({ prepared, plan }: QuantizedGraph, candidate: Graph, tensors: boolean): Partial<CheckOptions> {
  const suspects = new Set(plan.nodes.flatMap(({ node, decision }) => (decision === "quantized" ? [node] : [])));
  const names = prepared.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== "");
  return {
    diagnose: { reference: prepared, candidate },
    suspects: ({ name }) => suspects.has(name),
    ...(tensors && { tap: names }),
  };
}
