// AWQ (Lin et al. 2023, arXiv 2306.00978), first step: input channels that matter get finer steps. The channels of a weight
// are multiplied by s and its input is divided by s, in the operators before it where that is exact (equalize/fold-scale.ts);
// weights that read the same activation share s. What is best is found on sampled rows of the activation.

import {
  GraphDraft,
  type Graph,
  type GroupsSpec,
  type ObserverRequest,
  type QuantizationPlan,
  type QuantizedNode,
} from "@tersor/core";
import { noSamples } from "../errors.ts";
import { foldInputScales, scalableReaders } from "../equalize/fold-scale.ts";
import type { WeightedReader } from "../equalize/weighted-readers.ts";
import type { QuantizationTools } from "../tools.ts";
import { bestFactors, type ScaledLayer } from "./awq-search.ts";
import { isInputMajor } from "./coding-job.ts";
import { matrixOf } from "./matrix.ts";
import { secondMomentsMissing } from "./rounding-errors.ts";

/** An activation with the weights behind it that will be coded. */
interface ScaledInput {
  readonly tensor: string;
  readonly layers: readonly { readonly reader: WeightedReader; readonly groups: GroupsSpec }[];
}

const SAMPLED_ROWS = 128;

/** Bytes of samples that are asked for at once. */
const MOST_SAMPLE_BYTES = 128 * 2 ** 20;

/** A graph whose weights are scaled, and the decisions on its nodes. */
export interface ScaledForAwq {
  readonly graph: Graph;
  readonly plan: QuantizationPlan;
}

/**
 * Scales the weights that a plan rounds with AWQ, if there are any; the graph computes the same up to float rounding. Nodes
 * keep their names, but may read another activation.
 * @throws QUANTIZE_SECOND_MOMENTS_MISSING without an executor or calibration data, QUANTIZE_CALIBRATION_EMPTY
 */
export async function scaleForAwq(
  graph: Graph,
  plan: QuantizationPlan,
  tools: QuantizationTools,
): Promise<ScaledForAwq> {
  const factors = new Map<string, Float32Array>();
  for (const inputs of walksOf(scaledInputs(graph, plan.nodes))) {
    const samples = await sample(graph, inputs, tools);
    inputs.forEach(({ tensor, layers }, i) => {
      const found = bestFactors(
        samples[i]!,
        layers.map((layer) => layerOf(graph, layer)),
      );
      if (found) factors.set(tensor, found);
    });
  }
  if (factors.size === 0) return { graph, plan };
  const scaled = foldInputScales(graph, factors).graph;
  const activations = new Map(scaled.nodes.map(({ name, inputs }) => [name, inputs[0]]));
  const nodes = plan.nodes.map((node) => {
    const activation = activations.get(node.node);
    return isForAwq(node) && activation !== undefined ? { ...node, activation } : node;
  });
  return { graph: scaled, plan: { ...plan, nodes } };
}

function scaledInputs(graph: Graph, nodes: QuantizationPlan["nodes"]): readonly ScaledInput[] {
  const planned = new Map(nodes.flatMap((node) => (isForAwq(node) ? [[node.node, node] as const] : [])));
  const draft = new GraphDraft(graph);
  const tensors = new Set([...planned.values()].map(({ activation }) => activation!));
  return [...tensors].flatMap((tensor) => {
    const readers = scalableReaders(draft, tensor);
    if (typeof readers === "string") return [];
    const layers = readers.flatMap((reader) => {
      const groups = planned.get(reader.node.name)?.groups;
      return groups ? [{ reader, groups }] : [];
    });
    return layers.length > 0 ? [{ tensor, layers }] : [];
  });
}

function isForAwq(node: QuantizationPlan["nodes"][number]): node is QuantizedNode {
  return node.decision === "quantized" && node.groups?.algorithm === "awq" && node.activation !== undefined;
}

/** The inputs in graph order, as many at a time as their samples have room. */
function walksOf(inputs: readonly ScaledInput[]): readonly (readonly ScaledInput[])[] {
  const walks: ScaledInput[][] = [];
  let bytes = Infinity;
  for (const input of inputs) {
    const own = input.layers[0]!.reader.channels * SAMPLED_ROWS * Float32Array.BYTES_PER_ELEMENT;
    if (bytes + own > MOST_SAMPLE_BYTES) {
      walks.push([]);
      bytes = 0;
    }
    walks.at(-1)!.push(input);
    bytes += own;
  }
  return walks;
}

/** Sampled rows of each activation; rows that are not finite are left out. */
async function sample(
  graph: Graph,
  inputs: readonly ScaledInput[],
  { executor, calibration, observe }: QuantizationTools,
): Promise<readonly (readonly Float32Array[])[]> {
  if (!executor || !calibration) throw secondMomentsMissing("awq");
  const requests = inputs.map(
    ({ tensor }, seed) => ({ tensor, observer: "sample", rows: SAMPLED_ROWS, seed }) satisfies ObserverRequest,
  );
  const summaries = await executor.observe(graph, calibration, requests, observe);
  if (summaries.some(({ count }) => count === 0)) throw noSamples();
  return summaries.map((summary) =>
    summary.kind === "sample" ? summary.rows.filter((row) => row.every(Number.isFinite)) : [],
  );
}

function layerOf(graph: Graph, { reader, groups }: ScaledInput["layers"][number]): ScaledLayer {
  return { matrix: matrixOf(graph.weights.get(reader.weight)!.source, isInputMajor(reader.node)), groups };
}
