// The heavy parts of a report: errors by tensor and weight, distributions, saturation, times of operators. They are
// collected when a page is asked for, or with `diagnose`.

import {
  batchesOf,
  isTersorError,
  take,
  type Dataset,
  type Executor,
  type Graph,
  type QuantizationPlan,
  type Report,
  type Runnable,
  type SaturationReport,
} from "@tersor/core";
import { diagnose, profileModels, type Diagnosis } from "@tersor/evaluate";
import type { QuantizedGraph } from "@tersor/quantize";
import { dataFor, type DataSource } from "./data.ts";
import { metricOf, type EvaluateOptions } from "./evaluate.ts";
import { inputsOf } from "./model.ts";
import { saturationOf } from "./saturation.ts";
import { compose, stopOption, type CommonOptions } from "./session.ts";

/** How deep a result is looked into. */
export interface DiagnoseChoice {
  /** Feeds that are run. Default 4. */
  readonly samples?: number;
  /** Time operators with the runtime's profiler. Default true. */
  readonly profile?: boolean;
  /** Emulate 16-bit saturation for the whole model. Default true. */
  readonly saturation?: boolean;
  /** Labelled data on which emulated models are judged too. Default none. */
  readonly evaluation?: {
    readonly data: DataSource;
    readonly metric?: EvaluateOptions["metric"];
    /** Most samples. Default 256. */
    readonly samples?: number;
    /** Folder that relative paths start from. Default the current one. */
    readonly dataFolder?: string;
  };
}

/** What is looked into. */
export interface DiagnoseJob {
  readonly executor: Executor;
  readonly quantized: QuantizedGraph;
  /** The files of both models, which are timed. */
  readonly source: { readonly path: string; readonly graph: Graph };
  readonly written: string;
  /** Typical inputs; made-up ones where there are none. */
  readonly inputs: Dataset | undefined;
  readonly choice: boolean | DiagnoseChoice;
  readonly common: CommonOptions;
}

/** The parts of a report that a diagnosis fills, and remarks on it. */
export type DiagnosisParts = Pick<Report, "graph" | "sensitivity" | "histograms" | "saturation" | "profile"> & {
  readonly notes: readonly string[];
};

/**
 * Looks into a quantized model that was written already: what can't be found out leaves a note, not a failure.
 * @throws what stopping the work throws.
 */
export async function diagnoseQuantized(job: DiagnoseJob): Promise<DiagnosisParts> {
  const { common, source, choice, quantized } = job;
  const { samples = 4, saturation = true } = typeof choice === "object" ? choice : {};
  const notes: string[] = [];
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (common.signal?.aborted || !isTersorError(error)) throw error;
      notes.push(`${what} is missing: ${error.message}`);
      return undefined;
    }
  };
  const inputs = job.inputs ?? (await attempt("The diagnosis", () => madeUp(source.graph)));
  if (inputs === undefined) return { notes };
  common.onProgress?.({ stage: "diagnose" });
  const found = await attempt("The diagnosis", () => collect(job, inputs, samples));
  const emulates = saturation && hasPairs(quantized.plan);
  if (emulates && weightBytes(quantized.prepared) > MOST_EMULATED_BYTES)
    notes.push("Saturation was not emulated: the model is too large for that.");
  else if (emulates && found) {
    const sums = await attempt("What saturation costs", () => emulate(job, inputs, 2 * samples));
    return { ...found, ...(sums && { saturation: sums }), notes };
  }
  return { ...found, notes };
}

/** Emulated weights are floats, in memory and in the runtime, four models one after the other. */
const MOST_EMULATED_BYTES = 2 ** 30;

function weightBytes({ weights }: Graph): number {
  return [...weights.values()].reduce((sum, { source }) => sum + source.sizeBytes, 0);
}

async function madeUp(graph: Graph): Promise<Dataset> {
  const { random } = await import("@tersor/data");
  return random({ inputs: inputsOf(graph), samples: 2, seed: 0 });
}

async function collect(job: DiagnoseJob, inputs: Dataset, samples: number): Promise<Diagnosis> {
  const { executor, quantized, source, written, common, choice } = job;
  const { profile = true } = typeof choice === "object" ? choice : {};
  return diagnose({
    executor,
    reference: quantized.prepared,
    candidate: quantized.graph,
    plan: quantized.plan,
    batches: batchesOf(take(inputs, samples), { batchSize: 1 }),
    samples,
    ...(profile && { profile: { reference: { file: source.path }, candidate: { file: written } } }),
    ...stopOption(common),
  });
}

async function emulate(
  { executor, quantized, source, choice, common }: DiagnoseJob,
  inputs: Dataset,
  samples: number,
): Promise<SaturationReport | undefined> {
  common.onProgress?.({ stage: "emulate" });
  const wanted = typeof choice === "object" ? choice.evaluation : undefined;
  const evaluation = wanted && (await labelled(wanted, source.graph, common));
  return saturationOf({
    executor,
    quantized,
    inputs,
    samples,
    ...(evaluation && { evaluation }),
    ...stopOption(common),
  });
}

async function labelled(
  { data, dataFolder, samples, metric }: NonNullable<DiagnoseChoice["evaluation"]>,
  graph: Graph,
  common: CommonOptions,
) {
  const tersor = compose(common);
  const dataset = await dataFor(data, { graph, tersor, folder: dataFolder });
  const judge = metricOf(metric === undefined ? {} : { metric }, tersor.metrics.list());
  return { dataset, metric: judge, ...(samples !== undefined && { samples }) };
}

/** Only products on integers have pair sums. */
function hasPairs({ mode }: QuantizationPlan): boolean {
  return mode === "static" || mode === "dynamic";
}

/** Times of one model's operators, or of two, on the first sample. */
export async function profileOf(
  executor: Executor,
  reference: Runnable,
  candidate: Runnable | undefined,
  inputs: Dataset,
  common: CommonOptions,
): Promise<Pick<Report, "profile">> {
  common.onProgress?.({ stage: "profile" });
  const profile = await profileModels({
    executor,
    reference,
    ...(candidate && { candidate }),
    batches: batchesOf(take(inputs, 1), { batchSize: 1 }),
    ...stopOption(common),
  });
  return profile ? { profile } : {};
}
