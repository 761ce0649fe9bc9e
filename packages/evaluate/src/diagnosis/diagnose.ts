// A quantized model looked into: which operators compute in what, where the error comes from, what the values and the
// chosen ranges look like, where the time goes. All parts are data for the report; memory is bounded by `maxTapBytes`
// for tensors, by one weight at a time, and by a summary per pictured tensor.

import {
  inferTypes,
  isFloat,
  type Batches,
  type Executor,
  type Graph,
  type Node,
  type QuantizationPlan,
  type Report,
  type RunOptions,
  type Runnable,
  type Sensitivity,
  type Summary,
  type TensorHistogram,
  type WeightError,
} from "@tersor/core";
import { compareTaps } from "../check-model.ts";
import { histogramOf, observedBins, rangeOfActivation } from "./histograms.ts";
import { pictureOf } from "./picture.ts";
import { profileModels } from "./profile.ts";
import { storedPairs, tensorErrors, weightErrorOf, weightSummary, type WeightPair } from "./sensitivity.ts";

/** What to look into, and how deep. */
export interface DiagnoseOptions extends RunOptions {
  readonly executor: Executor;
  /** The float graph that was quantized: after the passes, so that its tensors have the names of the candidate's. */
  readonly reference: Graph;
  /** The quantized graph. */
  readonly candidate: Graph;
  /** What was decided; without it precision is read off the candidate, and activations have no chosen ranges. */
  readonly plan?: QuantizationPlan;
  readonly batches: Batches;
  /** Most feeds that are run. Default 4. */
  readonly samples?: number;
  /** Tensors whose values are pictured. Default: those of the worst tensors and weights. */
  readonly tensors?: readonly string[];
  /** Most activations, and most weights, that are pictured. Default 12 of each. */
  readonly histograms?: number;
  /** Most bytes of tapped tensors alive at once. Default 64 MB. */
  readonly maxTapBytes?: number;
  /** Measure the time of operators too, of these files or graphs. Default not. */
  readonly profile?: { readonly reference: Runnable; readonly candidate: Runnable };
}

/** The parts of a report that a diagnosis fills. */
export type Diagnosis = Pick<Report, "graph" | "sensitivity" | "histograms" | "profile">;

/** Most tensors that are compared: of larger graphs, those that operators with weights make. */
const MOST_TENSORS = 1000;

/**
 * Diagnoses a quantized model.
 * @throws what the executor throws.
 */
export async function diagnose(options: DiagnoseOptions): Promise<Diagnosis> {
  const { reference, candidate, plan, executor, profile } = options;
  const inference = inferTypes(reference);
  const graph = plan
    ? pictureOf(reference, { plan, inference })
    : pictureOf(candidate, { inference: inferTypes(candidate) });
  const weights = await weightsOf(options);
  const sensitivity = await sensitivityOf(options, weights.errors);
  const histograms = [...(await activationHistograms(options, sensitivity)), ...weights.histograms];
  const times = profile && (await profileModels({ ...options, executor, ...profile }));
  return { graph, sensitivity, histograms, ...(times && { profile: times }) };
}

async function sensitivityOf(options: DiagnoseOptions, weights: readonly WeightError[]): Promise<Sensitivity> {
  const { reference, candidate, samples = 4 } = options;
  const made = new Set(candidate.nodes.flatMap(({ outputs }) => outputs));
  const names = comparable(reference.nodes).filter((name) => made.has(name));
  const { minSqnrDb: _, ...rest } = { minSqnrDb: 0, ...options };
  const { tensors, samples: ran } = await compareTaps(rest, names, samples);
  return { tensors: tensorErrors(reference, tensors), weights, samples: ran };
}

/** Tensors of all nodes where they are few, of those with several inputs (weights, sums) where they are many. */
function comparable(nodes: readonly Node[]): readonly string[] {
  const names = (list: readonly Node[]) => list.flatMap(({ outputs }) => outputs).filter((name) => name !== "");
  const all = names(nodes.filter(({ op }) => op !== "Constant"));
  if (all.length <= MOST_TENSORS) return all;
  return names(nodes.filter(({ op, inputs }) => op !== "Constant" && inputs.length > 1)).slice(0, MOST_TENSORS);
}

interface WeightFacts {
  readonly errors: readonly WeightError[];
  readonly histograms: readonly TensorHistogram[];
}

/** Reads each weight once for its error, and the worst of them once more for their pictures. */
async function weightsOf(options: DiagnoseOptions): Promise<WeightFacts> {
  const { reference, candidate, tensors, histograms = DEFAULT_HISTOGRAMS, signal } = options;
  const errors: WeightError[] = [];
  for (const pair of storedPairs(reference, candidate)) {
    errors.push(weightErrorOf(pair));
    await pause(signal);
  }
  errors.sort((a, b) => a.sqnrDb - b.sqnrDb);
  const wanted = new Set(tensors ?? errors.slice(0, histograms).map(({ weight }) => weight));
  const pictures = new Map<string, TensorHistogram>();
  for (const pair of storedPairs(reference, candidate)) {
    if (wanted.has(pair.name)) pictures.set(pair.name, weightHistogram(pair));
    await pause(signal);
  }
  return { errors, histograms: [...wanted].flatMap((name) => pictures.get(name) ?? []) };
}

const DEFAULT_HISTOGRAMS = 12;

/** Lets timers and signals in between two weights. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await Promise.resolve();
  signal?.throwIfAborted();
}

/** The distributions of the largest float weights of a graph. */
export function weightHistograms(graph: Graph, count = DEFAULT_HISTOGRAMS): readonly TensorHistogram[] {
  const weights = [...graph.weights].filter(([, { source }]) => isFloat(source.dtype) && source.shape.length > 1);
  return weights
    .sort(([, a], [, b]) => b.source.sizeBytes - a.source.sizeBytes)
    .slice(0, count)
    .map(([name, weight]) => histogramOf(name, "weight", weightSummary(weight, observedBins)));
}

function weightHistogram({ name, weight, stored }: WeightPair): TensorHistogram {
  const chosen = { ...stored.range, dtype: stored.dtype };
  return histogramOf(name, "weight", weightSummary(weight, observedBins), chosen);
}

/** Of the tensors asked for, else of the quantized activations whose readers add most error. */
async function activationHistograms(
  options: DiagnoseOptions,
  { tensors }: Sensitivity,
): Promise<readonly TensorHistogram[]> {
  const { executor, reference, batches, plan, samples = 4, maxTapBytes, signal, timeoutMs } = options;
  const names = options.tensors?.filter((name) => !reference.weights.has(name)) ?? worstActivations(options, tensors);
  if (names.length === 0) return [];
  const requests = names.map((tensor) => ({ tensor, observer: "histogram", bins: observedBins }) as const);
  const summaries = await executor.observe(reference, limited(batches, samples), requests, {
    ...(maxTapBytes !== undefined && { maxTapBytes }),
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  return names.map((name, i) => {
    const activation = plan?.activations[name];
    const summary = summaries[i] as Extract<Summary, { readonly kind: "histogram" }>;
    return histogramOf(name, "activation", summary, activation && rangeOfActivation(activation));
  });
}

function worstActivations(
  { plan, reference, histograms = DEFAULT_HISTOGRAMS }: DiagnoseOptions,
  tensors: Sensitivity["tensors"],
): readonly string[] {
  const planned = Object.keys(plan?.activations ?? {});
  const noise = new Map(tensors.map(({ tensor, addedNoise }) => [tensor, addedNoise]));
  const readersNoise = new Map<string, number>();
  for (const node of reference.nodes) {
    const added = Math.max(0, ...node.outputs.map((name) => noise.get(name) ?? 0));
    for (const name of node.inputs) readersNoise.set(name, Math.max(added, readersNoise.get(name) ?? 0));
  }
  return planned.sort((a, b) => (readersNoise.get(b) ?? 0) - (readersNoise.get(a) ?? 0)).slice(0, histograms);
}

function limited(batches: Batches, most: number): Batches {
  return {
    length: Math.min(most, batches.length ?? most),
    async *[Symbol.asyncIterator]() {
      let left = most;
      for await (const feeds of batches) {
        if (left-- <= 0) return;
        yield feeds;
      }
    },
  };
}
