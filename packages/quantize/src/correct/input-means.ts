// What quantized products read in the mean: from data, or from the BatchNormalization before them.

import {
  constantsToWeights,
  float32Of,
  freezeWeights,
  integerRange,
  numbersOf,
  roundHalfEven,
  type ActivationPlan,
  type Batches,
  type Executor,
  type Graph,
  type Node,
  type ObserveOptions,
  type ObserverRequest,
  type QuantizationPlan,
} from "@tersor/core";
import { layersOf, type InputMeans } from "./bias.ts";

/** What observing works with. */
export interface MeansTools {
  readonly executor: Executor;
  readonly batches: Batches;
  readonly observe?: ObserveOptions;
}

const SAMPLED_ROWS = 512;

/** Means over sampled rows of the float model's activations. */
export async function observedMeans(
  prepared: Graph,
  plan: QuantizationPlan,
  { executor, batches, observe }: MeansTools,
): Promise<ReadonlyMap<string, InputMeans>> {
  const requests = new Map<string, ObserverRequest>();
  for (const { planned, reader } of layersOf(prepared, plan)) {
    const tensor = planned.activation!;
    const axis = reader.inner > 0 ? { axis: 1 } : {};
    requests.set(tensor, { tensor, observer: "sample", rows: SAMPLED_ROWS, seed: requests.size, ...axis });
  }
  const samples = await executor.observe(prepared, batches, [...requests.values()], observe);
  const means = new Map<string, InputMeans>();
  [...requests.keys()].forEach((tensor, i) => {
    const sample = samples[i]!;
    const rows = sample.kind === "sample" ? sample.rows.filter((row) => row.every(Number.isFinite)) : [];
    if (rows.length === 0 || rows.some((row) => row.length !== rows[0]!.length)) return;
    const exact = meanOf(rows, (value) => value);
    const activation = plan.activations[tensor];
    means.set(tensor, { exact, rounded: activation ? meanOf(rows, roundingOf(activation)) : exact });
  });
  return means;
}

function meanOf(rows: readonly Float32Array[], of: (value: number) => number): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let k = 0; k < row.length; k++) mean[k]! += of(row[k]!) / rows.length;
  return mean;
}

function roundingOf({ dtype, scale, zeroPoint, bits }: ActivationPlan): (value: number) => number {
  const [step, zero] = [scale[0]!, zeroPoint[0]!];
  const [low, most] = integerRange(dtype);
  const high = bits === undefined ? most : low + 2 ** bits - 1;
  return (value) => (Math.min(high, Math.max(low, roundHalfEven(value / step) + zero)) - zero) * step;
}

/**
 * Means without data (Nagel et al. 2019, 1906.04721, section 4.2.1): what a BatchNormalization writes is taken for normal
 * with mean beta and deviation gamma, and a Relu or Clip behind it cuts that off. The prepared graph has it folded away,
 * but under the name of its output the same values go on. Activations are taken to be rounded without a shift.
 */
export function meansFromNorms(
  source: Graph,
  prepared: Graph,
  plan: QuantizationPlan,
): ReadonlyMap<string, InputMeans> {
  const norms = normalOutputs(source);
  const producers = new Map(prepared.nodes.map((node) => [node.outputs[0]!, node]));
  // Equalized values have another scale than their BatchNormalization gave them.
  const scaled = new Set(plan.equalized?.map(({ tensor }) => tensor));
  const means = new Map<string, InputMeans>();
  for (const { planned } of layersOf(prepared, plan)) {
    const tensor = planned.activation!;
    const exact = scaled.has(tensor) ? undefined : meanBehindNorm(prepared, producers.get(tensor), tensor, norms);
    if (exact) means.set(tensor, { exact, rounded: exact });
  }
  return means;
}

interface Normal {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

function normalOutputs(source: Graph): ReadonlyMap<string, Normal> {
  const graph = constantsToWeights.run(freezeWeights.run(source));
  const found = new Map<string, Normal>();
  for (const { op, domain, inputs, outputs } of graph.nodes) {
    const [gamma, beta] = [inputs[1], inputs[2]].map((name) => graph.weights.get(name ?? "")?.source);
    if (op !== "BatchNormalization" || domain !== "" || !gamma || !beta) continue;
    found.set(outputs[0]!, { mean: float32Of(beta.tensor()), deviation: float32Of(gamma.tensor()).map(Math.abs) });
  }
  return found;
}

function meanBehindNorm(
  graph: Graph,
  producer: Node | undefined,
  tensor: string,
  norms: ReadonlyMap<string, Normal>,
): Float64Array | undefined {
  const own = norms.get(tensor);
  if (own) return Float64Array.from(own.mean);
  const before = producer?.domain === "" ? norms.get(producer.inputs[0] ?? "") : undefined;
  const bounds = before && producer ? boundsOf(graph, producer) : undefined;
  if (!before || !bounds) return undefined;
  return Float64Array.from(before.mean, (mean, c) => clippedNormalMean(mean, before.deviation[c]!, ...bounds));
}

/** Where Relu and Clip cut values off; undefined for other operators. */
function boundsOf(graph: Graph, { op, inputs, attributes }: Node): readonly [low: number, high: number] | undefined {
  if (op === "Relu") return [0, Infinity];
  if (op !== "Clip") return undefined;
  const bound = (input: number, name: string, otherwise: number): number => {
    const attribute = attributes[name];
    if (attribute?.kind === "float") return attribute.value;
    const source = graph.weights.get(inputs[input] ?? "")?.source;
    if (source) return numbersOf(source.tensor())[0] ?? NaN;
    return (inputs[input] ?? "") === "" ? otherwise : NaN;
  };
  const [low, high] = [bound(1, "min", -Infinity), bound(2, "max", Infinity)];
  return low <= high ? [low, high] : undefined;
}

/** E[min(max(x, low), high)] of a normal x. */
export function clippedNormalMean(mean: number, deviation: number, low: number, high: number): number {
  if (!(deviation > 0)) return Math.min(high, Math.max(low, mean));
  const [a, b] = [(low - mean) / deviation, (high - mean) / deviation];
  const inside = mean * (below(b) - below(a)) - deviation * (density(b) - density(a));
  return inside + (below(a) > 0 ? low * below(a) : 0) + (below(b) < 1 ? high * (1 - below(b)) : 0);
}

function density(z: number): number {
  return Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** The standard normal distribution function; error below 1e-7 (Abramowitz and Stegun 7.1.26, on erf). */
function below(z: number): number {
  if (z === -Infinity || z === Infinity) return z > 0 ? 1 : 0;
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return z > 0 ? 1 - tail : tail;
}
