// The check of a quantized file: run beside its source on typical inputs, or on made-up ones where there are none.

import {
  batchesOf,
  datasetOf,
  isTersorError,
  take,
  type CheckResult,
  type Dataset,
  type Executor,
  type Graph,
} from "@tersor/core";
import { checkModel, comparePerplexity, decoderOf, listOutputs, type CheckOptions } from "@tersor/evaluate";
import { onnxAdapter, readModel } from "@tersor/onnx";
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
      /** Decoders with a key-value cache: most that the perplexity may grow, as a ratio. Default 1.5. */
      readonly maxPerplexityRatio?: number | undefined;
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
const MAX_PERPLEXITY_RATIO = 1.5;

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
      ...insideOf(job.quantized, await candidateOf(job), tensors),
      lists: listOutputs(source.graph),
      ...stopOption(common),
      onBatch: (done) => common.onProgress?.({ stage: "check", done }),
    }),
  );
  if (!result.ok) throw checkFailed({ output, failing: result.failing, suspects: result.worstOperators ?? [] });
  return withPerplexity(job, result);
}

/** What was written, as the runtime is given it; other formats have other names inside than the graph they came from. */
async function candidateOf({ written, quantized }: CheckJob): Promise<Graph> {
  return (await onnxAdapter.accepts(written)) ? readModel(written) : quantized.graph;
}

/** Decoders with a cache are read token by token too, as they are when they generate. */
async function withPerplexity(job: CheckJob, result: CheckResult): Promise<CheckResult> {
  const { executor, source, written, choice, common, output } = job;
  if (!hasCache(source.graph)) return result;
  const perplexity = await comparePerplexity({
    executor,
    reference: { file: source.path },
    candidate: { file: written },
    ...stopOption(common),
  });
  if (!perplexity) return result;
  const most = (choice === "default" ? undefined : choice.maxPerplexityRatio) ?? MAX_PERPLEXITY_RATIO;
  if (perplexity.candidate / perplexity.reference <= most) return { ...result, perplexity };
  const { reference, candidate } = perplexity;
  const reason = `its perplexity is ${candidate.toPrecision(4)}, the source's ${reference.toPrecision(4)}; ${most} times as much would pass`;
  throw checkFailed({ output, failing: [{ name: "logits", reason }], suspects: [] });
}

function hasCache({ inputs }: Graph): boolean {
  return inputs.some(({ name }) => name.startsWith("past"));
}

/** Runs `work` on samples of the data; where there is none, on made-up ones, which a model may well refuse. */
async function onInputs<T>(
  { executor, source, calibration, choice }: CheckJob,
  work: (inputs: Dataset) => Promise<T>,
): Promise<T> {
  const wanted = choice === "default" ? undefined : choice.samples;
  if (calibration !== undefined) return work(take(calibration, wanted ?? SAMPLES));
  const beginning = hasCache(source.graph) ? await decoderSample(executor, source.path) : undefined;
  if (beginning) return work(beginning);
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

/** The beginning of a text, for a decoder with a cache: made-up inputs would not fit together. */
async function decoderSample(executor: Executor, file: string): Promise<Dataset | undefined> {
  const model = await executor.compile({ file });
  try {
    const decoder = decoderOf(model);
    if (!decoder?.cached) return undefined;
    return datasetOf("the beginning of a text", () => [{ feeds: decoder.beginning([1, 2, 3, 4, 5, 6, 7, 8]) }], 1);
  } finally {
    await model.dispose();
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
