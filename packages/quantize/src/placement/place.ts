// Placement: which operators become integers and in which form, which activations need a range, and why the rest stays
// float. Decided per node from what it is, then the user's rules; no model is known by name.

import {
  GraphDraft,
  subgraphsOf,
  type FloatNode,
  type Graph,
  type Node,
  type QuantizationPlan,
  type QuantizedNode,
  type QuantizedType,
  type Subgraph,
  type Weight,
  type WeightSpec,
} from "@tersor/core";
import { candidateOf, type Candidate } from "./candidates.ts";
import { carriedTensors } from "./carried.ts";
import { targetComputes } from "../targets.ts";
import { RuleBook, type Choice, type Rule } from "./rules.ts";

/** An activation that needs a range before the plan is whole. */
export interface ActivationWish {
  readonly tensor: string;
  readonly at: "producer" | "consumer";
  readonly dtype: QuantizedType;
  readonly symmetric: boolean;
  readonly calibrator: string;
  /** Takes the parameters of this tensor instead of its own range. */
  readonly sharesWith?: string;
}

/** A plan without ranges, and the activations that want one. */
export interface Placement {
  readonly mode: "static" | "dynamic";
  readonly target: string;
  readonly nodes: QuantizationPlan["nodes"];
  readonly wishes: readonly ActivationWish[];
}

export interface PlacementOptions {
  readonly mode: "static" | "dynamic";
  readonly target: string;
  readonly defaults: Choice;
  readonly rules: readonly Rule[];
}

type Lookup = (name: string) => Weight | undefined;

interface Level {
  readonly target: string;
  readonly nodes: (QuantizedNode | FloatNode)[];
  readonly wishes: Map<string, ActivationWish>;
}

/** Decides for every node of the model. Node names must be unique. */
export function place(graph: Graph, { mode, target, defaults, rules }: PlacementOptions): Placement {
  const book = new RuleBook(rules, defaults);
  const found: Level = { target, nodes: [], wishes: new Map() };
  placeLevel(graph, mode, book, () => undefined, found);
  book.assertAllMatched();
  return { mode, target, nodes: found.nodes, wishes: [...found.wishes.values()] };
}

function placeLevel(graph: Subgraph, mode: "static" | "dynamic", book: RuleBook, outer: Lookup, found: Level): void {
  const lookup: Lookup = (name) => graph.weights.get(name) ?? outer(name);
  const draft = new GraphDraft(graph);
  const chosen = new Map<Node, { candidate: Candidate & { kind: "quantizable" }; choice: Choice }>();
  const excluded = new Set<Node>();
  const decided = new Map<Node, FloatNode>();
  for (const node of graph.nodes) {
    // Ranges are observed on the outermost level; bodies of If, Loop and Scan take theirs at run time.
    for (const { graph: body } of subgraphsOf(node)) placeLevel(body, "dynamic", book, lookup, found);
    const choice = book.choose(node);
    if (choice.precision === "float") excluded.add(node);
    const candidate = candidateOf(node, lookup, mode);
    if (candidate === undefined) continue;
    if (candidate.kind === "float") decided.set(node, floatNode(node, candidate.why));
    else if (choice.precision === "float") decided.set(node, floatNode(node, "excluded by a rule"));
    else if (!targetComputes(found.target, candidate.form))
      decided.set(node, floatNode(node, `the target "${found.target}" has no integer kernel for it`));
    else chosen.set(node, { candidate, choice });
  }
  const carried = mode === "static" ? placeActivations(draft, chosen, excluded, found) : new Set<Node>();
  for (const node of graph.nodes) {
    const pick = chosen.get(node);
    if (pick) found.nodes.push(quantizedNode(node, pick.candidate, pick.choice));
    else if (decided.has(node)) found.nodes.push(decided.get(node)!);
    else if (carried.has(node))
      found.nodes.push({ node: node.name, op: node.op, decision: "quantized", form: "carried" });
  }
}

/** Wishes for the ranges of all activations that integer kernels read or write; gives the nodes that carry integers. */
function placeActivations(
  draft: GraphDraft,
  chosen: ReadonlyMap<Node, { candidate: Candidate & { kind: "quantizable" }; choice: Choice }>,
  excluded: ReadonlySet<Node>,
  found: Level,
): ReadonlySet<Node> {
  const readers = new Map<string, Choice>();
  const convolutions = new Set<Node>();
  for (const [node, { candidate, choice }] of chosen) {
    if (candidate.form !== "static") continue;
    readers.set(candidate.activation!, choice);
    if (node.op === "Conv") convolutions.add(node);
  }
  const { produced, carried } = carriedTensors(draft, convolutions, new Set(readers.keys()), (node) =>
    excluded.has(node),
  );
  const wish = (tensor: string, at: "producer" | "consumer", choice: Choice, sharesWith?: string): void => {
    found.wishes.set(tensor, {
      tensor,
      at,
      dtype: choice.activationType!,
      symmetric: choice.activationScheme === "symmetric",
      calibrator: choice.calibrator!,
      ...(sharesWith !== undefined && { sharesWith }),
    });
  };
  const fallback = (tensor: string): Choice => readers.get(tensor) ?? [...chosen.values()][0]!.choice;
  for (const [tensor, source] of produced) wish(tensor, "producer", fallback(tensor), source);
  for (const [tensor, choice] of readers) if (!produced.has(tensor)) wish(tensor, "consumer", choice);
  return carried;
}

function quantizedNode(
  node: Node,
  { form, activation, weights }: Candidate & { kind: "quantizable" },
  choice: Choice,
): QuantizedNode {
  return {
    node: node.name,
    op: node.op,
    decision: "quantized",
    form,
    weights,
    weight: weightSpec(choice),
    ...(activation !== undefined && { activation }),
  };
}

function weightSpec({ weightType, granularity, reduceRange }: Choice): WeightSpec {
  return { dtype: weightType!, granularity: granularity!, bits: reduceRange ? 7 : 8 };
}

function floatNode(node: Node, why: string): FloatNode {
  return { node: node.name, op: node.op, decision: "float", why };
}
