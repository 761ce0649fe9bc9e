// Target "portable": where pair sums would saturate on CPUs without VNNI, each operator gets its own cure
// (see saturation.ts). The activations are judged on rows sampled during calibration.

import {
  type ActivationPlan,
  type Graph,
  type Kernels,
  type Node,
  type ObserverRequest,
  type QuantizationPlan,
  type QuantizedNode,
  type Summary,
} from "@tersor/core";
import { asymmetricParameters } from "./affine.ts";
import { intAttribute } from "./formats/attributes.ts";
import { chooseCure, measureSaturation, type Cure, type PairedProduct } from "./saturation.ts";
import { shareCures } from "./share-cures.ts";
import { quantizeWeight } from "./weights.ts";

const SAMPLED_ROWS = 48;

/** Operators whose u8 x s8 kernel pairs neighbours; ConvInteger's weights are unsigned, and u8 x u8 never saturates. */
const pairing = { static: new Set(["MatMul", "Gemm", "Conv"]), dynamic: new Set(["MatMul", "Gemm"]) };

function isPaired(
  node: QuantizationPlan["nodes"][number],
): node is QuantizedNode & { activation: string; weights: readonly string[] } {
  return (
    node.decision === "quantized" &&
    (node.form === "static" || node.form === "dynamic") &&
    pairing[node.form].has(node.op) &&
    node.activation !== undefined &&
    node.weight?.dtype === "int8"
  );
}

/** Asks for sampled rows of every activation that meets signed weights: vectors along the axis that is summed over. */
export function saturationRequests(graph: Graph, plannedNodes: QuantizationPlan["nodes"]): readonly ObserverRequest[] {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const requests = new Map<string, ObserverRequest>();
  for (const planned of plannedNodes) {
    if (!isPaired(planned)) continue;
    const node = nodes.get(planned.node);
    if (node === undefined) continue;
    const axis = node.op === "Conv" ? 1 : node.op === "Gemm" && intAttribute(node, "transA", 0) ? 0 : undefined;
    requests.set(planned.activation, {
      tensor: planned.activation,
      observer: "sample",
      rows: SAMPLED_ROWS,
      seed: requests.size,
      ...(axis !== undefined && { axis }),
    });
  }
  return [...requests.values()];
}

/** The plan with a cure on every operator that needs one. `samples` are the summaries of `saturationRequests`, by tensor. */
export function cureSaturation(
  graph: Graph,
  plan: QuantizationPlan,
  samples: ReadonlyMap<string, Summary>,
  kernels: Kernels,
): QuantizationPlan {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const activations = new Map(Object.entries(plan.activations));
  const cured = plan.nodes.map((planned) => {
    if (!isPaired(planned) || planned.weight!.bits < 8) return planned;
    const node = nodes.get(planned.node);
    const sample = samples.get(planned.activation);
    if (!node || sample?.kind !== "sample") return planned;
    const parameters = activations.get(planned.activation) ?? rangeOfRows(sample.rows);
    if (parameters.dtype !== "uint8") return planned;
    const product = pairedProduct(graph, node, planned, parameters, sample.rows, kernels);
    if (!product) return planned;
    const found = measureSaturation(product);
    const perChannel = planned.weight!.granularity === "per-channel";
    const cure = chooseCure(found, { activations: plan.mode === "static", perChannel });
    if (cure.kind === "7-bit-activations")
      activations.set(planned.activation, halved(activations.get(planned.activation)!));
    return withCure(planned, cure, found.share);
  });
  return { ...plan, nodes: shareCures(graph, cured), activations: Object.fromEntries(activations) };
}

function withCure(planned: QuantizedNode, cure: Cure, share: number): QuantizedNode {
  const weight = planned.weight!;
  const why = `${(share * 100).toPrecision(2)} % of its pair sums would saturate 16 bits on CPUs without VNNI`;
  switch (cure.kind) {
    case "none":
      return planned;
    case "unsigned-weights":
      return { ...planned, weight: { ...weight, dtype: "uint8" }, cure: cure.kind, note: `unsigned weights: ${why}` };
    case "7-bit-activations":
      return { ...planned, cure: cure.kind, note: `7-bit activations: ${why}` };
    case "narrow-weights": {
      const narrow =
        weight.granularity === "per-channel" ? { channelBounds: Object.fromEntries(cure.bounds) } : { bits: 7 };
      return {
        ...planned,
        weight: { ...weight, ...narrow },
        cure: cure.kind,
        note: `narrower weights in ${cure.bounds.size} ${cure.bounds.size === 1 ? "channel" : "channels"}: ${why}`,
      };
    }
  }
}

/** The same range in 7 bits: twice the step, half the codes. */
function halved(activation: ActivationPlan): ActivationPlan {
  const { scale, zeroPoint, at } = activation;
  const min = (0 - zeroPoint[0]!) * scale[0]!;
  const max = (255 - zeroPoint[0]!) * scale[0]!;
  return { ...asymmetricParameters({ min, max }, "uint8", [0, 127]), at, bits: 7 };
}

/** Dynamic ranges are those of the data at hand: here of the sampled rows. */
function rangeOfRows(rows: readonly Float32Array[]): ActivationPlan {
  let min = 0;
  let max = 0;
  for (const row of rows) {
    for (const value of row) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { ...asymmetricParameters({ min, max }, "uint8"), at: "consumer" };
}

function pairedProduct(
  graph: Graph,
  node: Node,
  planned: QuantizedNode,
  { scale, zeroPoint }: ActivationPlan,
  rows: readonly Float32Array[],
  kernels: Kernels,
): PairedProduct | undefined {
  const source = graph.weights.get(planned.weights![0]!)?.source;
  if (!source) return undefined;
  const columns = columnsOf(node, source.shape);
  if (!columns) return undefined;
  const quantized = quantizeWeight(
    source,
    planned.weight!,
    planned.weight!.granularity === "per-channel" ? [columns.channelAxis] : [],
    kernels,
  );
  return {
    weights: columns.gather(quantized.tensor.data as Int8Array),
    depth: columns.depth,
    weightScale: quantized.scale,
    activationScale: scale[0]!,
    zeroPoint: zeroPoint[0]!,
    rows: rows
      .filter(({ length }) => columns.depth % length === 0)
      .map((row) => integerRow(row, scale[0]!, zeroPoint[0]!, columns.depth)),
  };
}

/** A row as integers, repeated over the taps of a kernel: neighbouring pixels are taken to be alike. */
function integerRow(row: Float32Array, scale: number, zeroPoint: number, depth: number): Uint8Array {
  const out = new Uint8Array(depth);
  for (let k = 0; k < depth; k++)
    out[k] = Math.max(0, Math.min(255, Math.round(row[k % row.length]! / scale) + zeroPoint));
  return out;
}

interface Columns {
  readonly depth: number;
  readonly channelAxis: number;
  gather(weights: Int8Array): Int8Array;
}

/** How a weight is seen as columns that kernels sum over; undefined where no neighbours are paired (depthwise). */
function columnsOf(node: Node, shape: readonly number[]): Columns | undefined {
  if (node.op === "Gemm" && intAttribute(node, "transB", 0))
    return { depth: shape[1]!, channelAxis: 0, gather: (weights) => weights };
  if (node.op === "Conv") return convolutionColumns(node, shape);
  if (shape.length !== 2) return undefined;
  const [depth, count] = shape as [number, number];
  const gather = (weights: Int8Array): Int8Array => {
    const out = new Int8Array(weights.length);
    for (let k = 0; k < depth; k++) for (let n = 0; n < count; n++) out[n * depth + k] = weights[k * count + n]!;
    return out;
  };
  return { depth, channelAxis: 1, gather };
}

/** [out, in, …taps] summed in the order of channels-last kernels: taps outside, input channels inside. Grouped ones pair within their own group, which the sampled vectors do not tell apart. */
function convolutionColumns(node: Node, shape: readonly number[]): Columns | undefined {
  if (intAttribute(node, "group", 1) !== 1) return undefined;
  const [count, channels] = shape as [number, number];
  const taps = shape.slice(2).reduce((a, b) => a * b, 1);
  const gather = (weights: Int8Array): Int8Array => {
    const out = new Int8Array(weights.length);
    for (let o = 0, from = 0; o < count; o++) {
      for (let c = 0; c < channels; c++)
        for (let t = 0; t < taps; t++, from++) out[(o * taps + t) * channels + c] = weights[from]!;
    }
    return out;
  };
  return { depth: channels * taps, channelAxis: 0, gather };
}
