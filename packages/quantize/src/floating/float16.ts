// Mode fp16: the model computes in half precision. What has no float16 form, would overflow or is told to, stays float32.
// The clamping of constants and the kept inputs and outputs are those of onnxconverter-common's float16 conversion.

import {
  indexChains,
  inferTypes,
  layerNorms,
  subgraphsOf,
  type Graph,
  type Inference,
  type Node,
  type ObserverRequest,
  type QuantizationPlan,
  type Subgraph,
} from "@tersor/core";
import { RuleBook, type Choice, type Rule } from "../placement/rules.ts";
import type { QuantizationTools } from "../tools.ts";
import { noFloat16 } from "./float16-operators.ts";

/** Activations beyond half of float16's largest number are taken to overflow on other data. */
const OVERFLOW = 65504 / 2;

/** They look at the shape of a value, not at its elements. */
const countsOnly = new Set(["Shape", "Size"]);

/** Which nodes compute in float32 all the same, with the reasons. */
export type KeptNodes = ReadonlyMap<Node, string>;

/** What is kept for what it is: by operator, by pattern, by the user's rules. */
export function keptNodes(graph: Graph, rules: readonly Rule[]): KeptNodes {
  const kept = new Map<Node, string>();
  const book = new RuleBook<Choice>(rules, {});
  const keep = (node: Node, why: string): void => {
    // Operators with bodies hand values around and compute nothing themselves.
    if (subgraphsOf(node).length === 0) kept.set(node, why);
  };
  for (const node of indexChains(graph))
    if (!countsOnly.has(node.op)) keep(node, "its result serves as an index or a shape, which must be exact");
  for (const { nodes } of layerNorms(graph))
    for (const node of nodes) keep(node, "it is part of a normalisation, whose squares overflow in float16");
  for (const node of transposedProducts(graph))
    keep(node, "onnxruntime crashes on its float16 form behind a Transpose");
  for (const node of allNodes(graph)) {
    const why = noFloat16(node);
    if (why !== undefined) keep(node, why);
    if (book.choose(node).precision === "float") keep(node, "excluded by a rule");
  }
  book.assertAllMatched();
  return kept;
}

/**
 * Products of a transposed activation and a constant, with the Transpose: onnxruntime 1.30 ends with a segmentation
 * fault when it fuses the two, also through a Cast.
 */
function transposedProducts(level: Subgraph): readonly Node[] {
  const transposes = new Map(
    level.nodes.flatMap((node) => (node.op === "Transpose" ? [[node.outputs[0]!, node]] : [])),
  );
  return level.nodes.flatMap((node) => {
    const inner = subgraphsOf(node).flatMap(({ graph }) => transposedProducts(graph));
    const [a = "", b = ""] = node.inputs;
    const transpose = transposes.get(a);
    return node.op === "MatMul" && transpose && level.weights.has(b) ? [node, transpose, ...inner] : inner;
  });
}

/** Those, and producers and readers of activations that overflow on the calibration data. */
export async function withOverflows(graph: Graph, kept: KeptNodes, tools: QuantizationTools): Promise<KeptNodes> {
  const { executor, calibration, observe } = tools;
  if (!executor || !calibration) return kept;
  const tensors = floatOutputs(graph);
  const requests = tensors.map((tensor): ObserverRequest => ({ tensor, observer: "min-max" }));
  const summaries = await executor.observe(graph, calibration, requests, observe);
  const large = new Set(
    tensors.filter((_, i) => {
      const summary = summaries[i]!;
      return summary.kind === "min-max" && summary.count > 0 && Math.max(-summary.min, summary.max) > OVERFLOW;
    }),
  );
  const all = new Map(kept);
  for (const node of graph.nodes) {
    const touched = [...node.outputs, ...node.inputs].find((name) => large.has(name));
    if (touched !== undefined && subgraphsOf(node).length === 0 && !all.has(node))
      all.set(node, `"${touched}" overflows float16 on the calibration data`);
  }
  return all;
}

function floatOutputs(graph: Graph): readonly string[] {
  const { types } = inferTypes(graph);
  return graph.nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== "" && isFloat32(types, name)));
}

function isFloat32(types: Inference["types"], name: string): boolean {
  const fact = types.get(name);
  return fact?.kind === "tensor" && fact.dtype === "float32";
}

/** Every node that computes float values, with its precision. */
export function float16Plan(graph: Graph, kept: KeptNodes, target: string): QuantizationPlan {
  const inference = inferTypes(graph);
  return { version: 1, mode: "fp16", target, nodes: nodesOf(graph, inference, kept), activations: {} };
}

function nodesOf(level: Subgraph, inference: Inference | undefined, kept: KeptNodes): QuantizationPlan["nodes"] {
  return level.nodes.flatMap((node) => {
    const inner = subgraphsOf(node).flatMap(({ graph }) => nodesOf(graph, inference?.of(graph), kept));
    if (inner.length > 0 || !inference || !node.outputs.some((name) => isFloat32(inference.types, name))) return inner;
    const { name, op } = node;
    const why = kept.get(node);
    if (why !== undefined) return [{ node: name, op, decision: "float" as const, why }];
    return [{ node: name, op, decision: "quantized" as const, form: "narrow-float" as const }];
  });
}

function* allNodes(level: Subgraph): Generator<Node> {
  for (const node of level.nodes) {
    yield node;
    for (const { graph } of subgraphsOf(node)) yield* allNodes(graph);
  }
}
