// Weights stored in a 16-bit floating type and cast to float32 when the model is loaded: half the file, the same
// arithmetic. It runs wherever Cast does, also where no kernel computes in the type.

import {
  attribute,
  edit,
  editEverywhere,
  nodeOf,
  subgraphsOf,
  type Graph,
  type QuantizationPlan,
  type Subgraph,
} from "@tersor/core";
import { RuleBook, type Choice, type Rule } from "../placement/rules.ts";
import { halfWeight, type HalfType } from "./convert.ts";

const FLOAT32 = 1;
/** Smaller weights gain nothing: the Cast weighs as much as the bytes saved. */
const SMALLEST_STORED_BYTES = 2048;

/** The graph with its large float32 weights in `type`, but for those in `kept`. */
export function storedAs(graph: Graph, type: HalfType, kept: ReadonlySet<string>): Graph {
  return editEverywhere(graph, (level) =>
    edit(level, (draft) => {
      for (const name of storable(level)) {
        if (kept.has(name)) continue;
        const stored = draft.fresh(`${name}_${type}`);
        draft.setWeight(stored, halfWeight(draft.weight(name)!, type));
        draft.removeWeight(name);
        draft.prepend(nodeOf("Cast", draft.fresh(`${name}_Cast`), [stored], [name], { to: attribute.int(FLOAT32) }));
      }
    }),
  );
}

/** Large float32 weights of a level that are constants. */
function storable(level: Subgraph): readonly string[] {
  const inputs = new Set(level.inputs.map(({ name }) => name));
  return [...level.weights].flatMap(([name, { source }]) =>
    source.dtype === "float32" && source.sizeBytes >= SMALLEST_STORED_BYTES && !inputs.has(name) ? [name] : [],
  );
}

/** The plan, and the weights that rules keep float32. */
export function storagePlan(
  graph: Graph,
  rules: readonly Rule[],
  head: Pick<QuantizationPlan, "mode" | "target">,
): { readonly plan: QuantizationPlan; readonly kept: ReadonlySet<string> } {
  const book = new RuleBook<Choice>(rules, {});
  const kept = new Set<string>();
  const nodes = nodesOf(graph, new Set(), book, kept);
  book.assertAllMatched();
  return { plan: { version: 1, ...head, nodes, activations: {} }, kept };
}

function nodesOf(
  level: Subgraph,
  outer: ReadonlySet<string>,
  book: RuleBook,
  kept: Set<string>,
): QuantizationPlan["nodes"] {
  const stored = new Set([...outer, ...storable(level)]);
  return level.nodes.flatMap((node) => {
    const inner = subgraphsOf(node).flatMap(({ graph }) => nodesOf(graph, stored, book, kept));
    const excluded = book.choose(node).precision === "float";
    const weights = node.inputs.filter((name) => stored.has(name));
    if (weights.length === 0) return inner;
    const { name, op } = node;
    if (!excluded)
      return [...inner, { node: name, op, decision: "quantized" as const, form: "narrow-float" as const, weights }];
    for (const weight of weights) kept.add(weight);
    return [...inner, { node: name, op, decision: "float" as const, why: "excluded by a rule" }];
  });
}
