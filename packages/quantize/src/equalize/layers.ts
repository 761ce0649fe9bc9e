// The layers that equalization is about: activations and the weights behind them that are to be multiplied as integers.

import {
  GraphDraft,
  type Batches,
  type Calibrator,
  type Executor,
  type Graph,
  type ObserveOptions,
  type ObserverRequest,
  type QuantizedNode,
} from "@tersor/core";
import { minMax } from "../calibrators/min-max.ts";
import type { Placement } from "../placement/place.ts";
import { columnsOf } from "./columns.ts";
import { scalableReaders } from "./fold-scale.ts";
import { SampledLayer, type LayerScheme } from "./layer-error.ts";
import type { WeightedReader } from "./weighted-readers.ts";

/** An activation with the weights behind it. */
export interface EqualizedInput {
  readonly tensor: string;
  readonly readers: readonly WeightedReader[];
  /** The decision on each reader, in their order. */
  readonly planned: readonly QuantizedNode[];
}

/** The activations that meet weights as integers, and whose readers can all be scaled. */
export function equalizedInputs(graph: Graph, { nodes }: Placement): readonly EqualizedInput[] {
  const planned = new Map(nodes.flatMap((node) => (node.decision === "quantized" ? [[node.node, node] as const] : [])));
  const draft = new GraphDraft(graph);
  const tensors = new Set([...planned.values()].filter(isProduct).map(({ activation }) => activation!));
  return [...tensors].flatMap((tensor) => {
    const readers = scalableReaders(draft, tensor);
    if (typeof readers === "string" || !readers.every(({ node }) => planned.has(node.name))) return [];
    return [{ tensor, readers, planned: readers.map(({ node }) => planned.get(node.name)!) }];
  });
}

function isProduct({ form, op, activation }: QuantizedNode): boolean {
  return (form === "static" || form === "dynamic") && activation !== undefined && products.has(op);
}

const products = new Set(["MatMul", "Gemm", "Conv"]);

/** What is known of an activation from data, and its layers on sampled rows. */
export interface ObservedInput extends EqualizedInput {
  readonly absmax: Float32Array;
  readonly layers: readonly SampledLayer[];
}

/** What observing works with. */
export interface ObserveTools {
  readonly executor: Executor;
  readonly batches: Batches;
  readonly calibrators: readonly Calibrator[];
  readonly observe?: ObserveOptions;
}

const SAMPLED_ROWS = 64;
const SAMPLED_COLUMNS = 256;

/** One walk over the data; activations that never were finite and not zero are left out. */
export async function observeInputs(
  graph: Graph,
  inputs: readonly EqualizedInput[],
  placement: Placement,
  { executor, batches, calibrators, observe }: ObserveTools,
): Promise<readonly ObservedInput[]> {
  const summaries = await executor.observe(graph, batches, inputs.flatMap(requestsFor), observe);
  return inputs.flatMap((input, i) => {
    const [largest, sample] = [summaries[2 * i]!, summaries[2 * i + 1]!];
    if (largest.kind !== "channel-absmax" || sample.kind !== "sample") return [];
    const rows = sample.rows.filter((row) => row.every(Number.isFinite));
    if (largest.absmax.length !== input.readers[0]!.channels || rows.length === 0) return [];
    const layers = layersOf(graph, input, placement, calibrators, rows);
    return layers ? [{ ...input, absmax: largest.absmax, layers }] : [];
  });
}

function requestsFor({ tensor, readers }: EqualizedInput, index: number): readonly ObserverRequest[] {
  const along = readers[0]!.inner > 0;
  return [
    { tensor, observer: "channel-absmax", axis: along ? 1 : -1 },
    { tensor, observer: "sample", rows: SAMPLED_ROWS, seed: index, ...(along && { axis: 1 }) },
  ];
}

function layersOf(
  graph: Graph,
  { tensor, readers, planned }: EqualizedInput,
  { wishes }: Placement,
  calibrators: readonly Calibrator[],
  rows: readonly Float32Array[],
): readonly SampledLayer[] | undefined {
  const wish = wishes.find((one) => one.tensor === tensor);
  const layers = readers.map((reader, i) => {
    const { bits, granularity } = planned[i]!.weight!;
    const scheme: LayerScheme = {
      dtype: wish?.dtype ?? "uint8",
      symmetric: wish?.symmetric ?? false,
      calibrator: calibrators.find(({ name }) => name === wish?.calibrator) ?? minMax,
      weightBits: bits,
      perChannel: granularity === "per-channel",
    };
    const columns = columnsOf(reader, graph.weights.get(reader.weight)!.source, SAMPLED_COLUMNS);
    return columns && new SampledLayer(rows, columns, scheme);
  });
  return layers.every((layer) => layer !== undefined) ? layers : undefined;
}
