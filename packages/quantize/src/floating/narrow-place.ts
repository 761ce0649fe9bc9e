// Which operators get weights in a floating type of 4 to 8 bits: those that multiply by a constant float32 weight.

import {
  opRegistry,
  standardOps,
  type FloatNode,
  type Graph,
  type Node,
  type QuantizationPlan,
  type QuantizedNode,
} from "@tersor/core";
import { nothingToQuantize } from "../errors.ts";
import { RuleBook, type Choice, type Rule } from "../placement/rules.ts";

/** An operator whose weight is rounded. */
export interface NarrowNode {
  readonly node: Node;
  readonly activation: string;
  readonly weight: string;
  /** Axis of the weight that holds the outputs. */
  readonly channelAxis: number;
}

/** The decisions, and what there is to do. */
export interface NarrowPlacement {
  readonly nodes: QuantizationPlan["nodes"];
  readonly narrow: readonly NarrowNode[];
}

/**
 * Places a floating type on the operators of the outermost level of a prepared graph.
 * @throws QUANTIZE_RULE_MATCHES_NOTHING, QUANTIZE_NOTHING
 */
export function placeNarrow(graph: Graph, rules: readonly Rule[], note: string): NarrowPlacement {
  const book = new RuleBook<Choice>(rules, {});
  const nodes: (QuantizedNode | FloatNode)[] = [];
  const narrow: NarrowNode[] = [];
  for (const node of graph.nodes) {
    const excluded = book.choose(node).precision === "float";
    const found = candidateOf(graph, node);
    if (found === undefined) continue;
    const why = typeof found === "string" ? found : excluded ? "excluded by a rule" : undefined;
    if (typeof found === "string" || why !== undefined) {
      nodes.push({ node: node.name, op: node.op, decision: "float", why: why! });
      continue;
    }
    const { activation, weight } = found;
    narrow.push(found);
    const form = "narrow-float";
    nodes.push({ node: node.name, op: node.op, decision: "quantized", form, activation, weights: [weight], note });
  }
  book.assertAllMatched();
  if (narrow.length === 0) throw nothingToQuantize(nodes);
  return { nodes, narrow };
}

const operators = opRegistry(standardOps);

/** Undefined for operators without a weight, a reason for those whose weight can't be rounded. */
function candidateOf(graph: Graph, node: Node): NarrowNode | string | undefined {
  const definition = operators.find(node.domain, node.op);
  const trait = definition?.quantization(node);
  if (trait?.kind !== "weighted") return undefined;
  const [activation = "", weight = ""] = [node.inputs[trait.activation], node.inputs[trait.weight]];
  const source = graph.weights.get(weight)?.source;
  if (source === undefined || activation === "") return undefined;
  if (graph.weights.has(activation)) return "both sides are constants";
  if (source.dtype !== "float32") return `its weight is ${source.dtype}; only float32 weights are rounded`;
  if (source.shape.length < 2) return "its weight is no matrix";
  const resolved = definition!.quantization(node, source.shape.length);
  const channelAxis = resolved.kind === "weighted" ? resolved.channelAxis : 0;
  return { node, activation, weight, channelAxis };
}
