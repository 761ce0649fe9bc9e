// What 16-bit saturation costs this model on CPUs without VNNI: the whole model with every pair sum emulated in standard
// operators, as written and as it would be without cures, on exact and on saturating sums, held against FP32.

import {
  batchesOf,
  numbersOf,
  referenceKernels,
  take,
  type Dataset,
  type EmulatedModel,
  type Executable,
  type Executor,
  type Feeds,
  type Graph,
  type LayerSaturation,
  type Metric,
  type QuantizationPlan,
  type RunOptions,
  type SaturationReport,
} from "@tersor/core";
import { createComparison, evaluate, type Comparison } from "@tersor/evaluate";
import { emulateSums, materialize, withoutCures, type EmulatedLayer, type QuantizedGraph } from "@tersor/quantize";

/** The model, and inputs to emulate it on. */
export interface SaturationJob extends RunOptions {
  readonly executor: Executor;
  readonly quantized: QuantizedGraph;
  readonly inputs: Dataset;
  /** Feeds that are run. Default 4: an emulated model is many times slower. */
  readonly samples?: number;
  /** Labelled data to judge the emulated models with. Default none. */
  readonly evaluation?: { readonly dataset: Dataset; readonly metric: Metric; readonly samples?: number };
}

/** Samples that emulated models are judged on. */
const JUDGED = 256;

/** Emulates the model; undefined where it has no products u8 x s8. @throws what the executor throws. */
export async function saturationOf(job: SaturationJob): Promise<SaturationReport | undefined> {
  const { quantized } = job;
  const { plan, prepared } = quantized;
  const bare = withoutCures(plan);
  const written = variant(prepared, plan);
  const uncured = bare === plan ? written : variant(prepared, bare);
  if (uncured.saturating.products === 0 && written.saturating.products === 0) return undefined;
  const runs = [
    ...(uncured === written
      ? []
      : [await emulated(job, uncured, "exact", false), await emulated(job, uncured, "saturating", false)]),
    await emulated(job, written, "exact", true),
    await emulated(job, written, "saturating", true),
  ];
  const last = runs.at(-1)!;
  const before = runs.find(({ model }) => model.arithmetic === "saturating" && !model.cured) ?? last;
  return {
    samples: last.samples,
    layers: layersOf(plan, before.layers, last.layers),
    models: runs.map(({ model }) => model),
  };
}

interface Variant {
  readonly exact: ReturnType<typeof emulateSums>;
  readonly saturating: ReturnType<typeof emulateSums>;
}

function variant(prepared: Graph, plan: QuantizationPlan): Variant {
  const pairs = materialize(prepared, plan, referenceKernels);
  return { exact: emulateSums(pairs, "exact"), saturating: emulateSums(pairs, "saturating") };
}

/** Sums over the feeds of a layer. */
interface LayerSums {
  readonly layer: EmulatedLayer;
  sums: number;
  saturated: number;
  signal: number;
  noise: number;
}

interface Run {
  readonly model: EmulatedModel;
  readonly layers: readonly LayerSums[];
  readonly samples: number;
}

async function emulated(
  job: SaturationJob,
  variants: Variant,
  arithmetic: EmulatedModel["arithmetic"],
  cured: boolean,
): Promise<Run> {
  const { graph, layers } = variants[arithmetic];
  const sums = layers.map((layer): LayerSums => ({ layer, sums: 0, saturated: 0, signal: 0, noise: 0 }));
  const { sqnrDb, samples } = await compared(job, graph, (results) => sums.forEach((layer) => addUp(layer, results)));
  const metric = job.evaluation && (await judged(job, withoutScalars(graph, layers)));
  return { model: { arithmetic, cured, sqnrDb, ...(metric && { metric }) }, layers: sums, samples };
}

function addUp(into: LayerSums, results: Feeds): void {
  for (const part of ["sums", "saturated", "signal", "noise"] as const) {
    const tensor = results[into.layer[part]];
    if (tensor) into[part] += Number(numbersOf(tensor)[0]);
  }
}

/** Without optimization, as fused kernels would sum as this machine does. */
const unoptimized = { optimization: "disabled" } as const;

async function compared(job: SaturationJob, graph: Graph, look: (results: Feeds) => void) {
  const { executor, quantized, inputs, samples = 4, signal } = job;
  const control = { ...unoptimized, ...(signal && { signal }) };
  const reference = await executor.compile(quantized.prepared, control);
  try {
    const candidate = await executor.compile(graph, control);
    try {
      const names = quantized.prepared.outputs.map(({ name }) => name);
      return await walk(reference, candidate, names, batchesOf(take(inputs, samples), { batchSize: 1 }), look);
    } finally {
      await candidate.dispose();
    }
  } finally {
    await reference.dispose();
  }
}

async function walk(
  reference: Executable,
  candidate: Executable,
  names: readonly string[],
  batches: AsyncIterable<Feeds>,
  look: (results: Feeds) => void,
) {
  const comparisons = new Map(names.map((name) => [name, createComparison()]));
  let samples = 0;
  for await (const feeds of batches) {
    const expected = await reference.run(feeds);
    const actual = await candidate.run(feeds);
    for (const [name, comparison] of comparisons) addOutput(comparison, expected[name], actual[name]);
    look(actual);
    samples++;
  }
  const found = [...comparisons.values()].flatMap((comparison) => {
    const summary = comparison.summary();
    return summary?.kind === "float" ? [summary.sqnrDb] : [];
  });
  return { sqnrDb: found.length > 0 ? Math.min(...found) : NaN, samples };
}

/** Outputs whose shapes follow from values (lists after NonMaxSuppression) are left out. */
function addOutput(
  comparison: Comparison,
  expected: Feeds[string] | undefined,
  actual: Feeds[string] | undefined,
): void {
  if (!expected || !actual || expected.shape.join() !== actual.shape.join()) return;
  comparison.update(expected, actual);
}

function withoutScalars(graph: Graph, layers: readonly EmulatedLayer[]): Graph {
  const scalars = new Set(layers.flatMap(({ sums, saturated, signal, noise }) => [sums, saturated, signal, noise]));
  return { ...graph, outputs: graph.outputs.filter(({ name }) => !scalars.has(name)) };
}

async function judged({ executor, evaluation, signal }: SaturationJob, model: Graph): Promise<EmulatedModel["metric"]> {
  const { dataset, metric, samples = JUDGED } = evaluation!;
  const result = await evaluate({
    executor,
    model,
    dataset,
    metric,
    samples,
    ...unoptimized,
    ...(signal && { signal }),
  });
  const { value, count, correct } = result;
  return { metric: result.metric, value, count, ...(correct !== undefined && { correct }) };
}

/** Every layer with products u8 x s8 that could saturate, worst first. */
function layersOf(
  plan: QuantizationPlan,
  before: readonly LayerSums[],
  after: readonly LayerSums[],
): readonly LayerSaturation[] {
  const cures = new Map(
    plan.nodes.flatMap((node) =>
      node.decision === "quantized" && node.note !== undefined && node.cure
        ? [[node.node, node.note.split(":")[0]!]]
        : [],
    ),
  );
  const later = new Map(after.map((sums) => [nodeOf(sums), sums]));
  const layers = before.map((sums): LayerSaturation => {
    const node = nodeOf(sums);
    const now = later.get(node);
    const cure = cures.get(node);
    return {
      node,
      op: sums.layer.op.replace(/Integer$/, ""),
      share: shareOf(sums),
      sqnrDb: sqnrOf(sums),
      curedShare: now ? shareOf(now) : 0,
      curedSqnrDb: now ? sqnrOf(now) : Infinity,
      ...(cure !== undefined && { cure }),
    };
  });
  return layers.sort((a, b) => (a.sqnrDb < b.sqnrDb ? -1 : a.sqnrDb > b.sqnrDb ? 1 : 0));
}

/** The node of the source: dynamic forms name theirs after it. */
function nodeOf({ layer }: LayerSums): string {
  return layer.node.replace(/_MatMulInteger$/, "");
}

function shareOf({ saturated, sums }: LayerSums): number {
  return sums > 0 ? saturated / sums : 0;
}

function sqnrOf({ signal, noise }: LayerSums): number {
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise);
}
