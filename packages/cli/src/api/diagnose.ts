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
import { diagnose, profileModels } from "@tersor/evaluate";
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

/** Looks into a quantized model. Inputs that can't be made up leave a note, not a failure: the model is written already. */
export async function diagnoseQuantized(job: DiagnoseJob): Promise<DiagnosisParts> {
  const { common } = job;
  common.onProgress?.({ stage: "diagnose" });
  try {
    return await collect(job, job.inputs ?? (await madeUp(job.source.graph)));
  } catch (error) {
    const refused = isTersorError(error, "DATA_OPTION") || isTersorError(error, "ONNX_RUN_FAILED");
    if (!refused || job.inputs !== undefined) throw error;
    return {
      notes: ["The model was not diagnosed: it does not run on made-up inputs; give typical ones (--calibration)."],
    };
  }
}

async function madeUp(graph: Graph): Promise<Dataset> {
  const { random } = await import("@tersor/data");
  return random({ inputs: inputsOf(graph), samples: 2, seed: 0 });
}

async function collect(job: DiagnoseJob, inputs: Dataset): Promise<DiagnosisParts> {
  const { executor, quantized, source, written, common, choice } = job;
  const { samples = 4, profile = true, saturation = true } = typeof choice === "object" ? choice : {};
  const control = stopOption(common);
  const found = await diagnose({
    executor,
    reference: quantized.prepared,
    candidate: quantized.graph,
    plan: quantized.plan,
    batches: batchesOf(take(inputs, samples), { batchSize: 1 }),
    samples,
    ...(profile && { profile: { reference: { file: source.path }, candidate: { file: written } } }),
    ...control,
  });
  const sums = saturation && hasPairs(quantized.plan) ? await emulate(job, inputs, 2 * samples) : undefined;
  return { ...found, ...(sums && { saturation: sums }), notes: [] };
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
