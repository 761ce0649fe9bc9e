// Calls of model-local functions become the nodes of the function, so that the operators inside are found like all
// others. https://onnx.ai/onnx/repo-docs/IR.html#model-local-functions
//
// A function with other operator set versions than the model stays: its nodes would change their meaning. So do
// functions of the domain "ai.tersor", whose calls are operators of our own.

import {
  subgraphsOf,
  type Attribute,
  type Graph,
  type LocalFunction,
  type Node,
  type Subgraph,
} from "../graph/graph.ts";
import { mapBodies } from "../graph/names.ts";
import { inlineBody } from "./inline-body.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** A model that would grow beyond this many nodes keeps its calls: functions that double one another could fill the memory. */
const MOST_NODES = 200_000;

/** Puts the nodes of local functions in the place of their calls; functions that were inlined leave. */
export const inlineFunctions: Pass = {
  name: "inlineFunctions",
  run: (graph: Graph) => {
    const fitting = new Map(
      graph.functions.filter((local) => fits(local, graph)).map((local) => [keyOf(local), local]),
    );
    if (fitting.size === 0 || nodesInlined(graph, fitting) > MOST_NODES) return graph;
    let inlined = graph;
    // A function may call others: once more until no call is left. `fits` leaves out those that call themselves.
    for (let before: Graph | undefined; inlined !== before;) {
      before = inlined;
      inlined = inlineCalls(inlined, fitting);
    }
    return { ...inlined, functions: graph.functions.filter((local) => !fitting.has(keyOf(local))) };
  },
};

function inlineCalls(graph: Graph, functions: ReadonlyMap<string, LocalFunction>): Graph {
  const inlineLevel = ({ draft }: DraftLevel): void => {
    for (const node of currentNodes(draft)) {
      const local = functions.get(calledBy(node));
      if (local) inlineBody(node, bodyOf(local, node), draft, boundInputs(local, node));
    }
  };
  return editLevels(graph, inlineLevel, { inferAgain: true });
}

/** Number of nodes that all calls together stand for. */
function nodesInlined(graph: Graph, functions: ReadonlyMap<string, LocalFunction>): number {
  const sizes = new Map<string, number>();
  const sizeOf = (nodes: readonly Node[]): number =>
    nodes.reduce((sum, node) => {
      const local = functions.get(calledBy(node));
      const bodies = subgraphsOf(node).reduce((inner, { graph: body }) => inner + sizeOf(body.nodes), 0);
      return sum + bodies + (local ? sizeOfFunction(local) : 1);
    }, 0);
  const sizeOfFunction = (local: LocalFunction): number => {
    const key = keyOf(local);
    if (!sizes.has(key)) sizes.set(key, sizeOf(local.nodes));
    return sizes.get(key)!;
  };
  return sizeOf(graph.nodes);
}

function calledBy(node: Node): string {
  return keyOf({ ...node, name: node.op });
}

interface Key {
  readonly domain: string;
  readonly name: string;
  readonly overload?: string;
}

function keyOf({ domain, name, overload = "" }: Key): string {
  return JSON.stringify([domain, name, overload]);
}

function fits(local: LocalFunction, { opsets, functions }: Graph): boolean {
  if (local.domain === "ai.tersor" || reaches(local, keyOf(local), functions, new Set())) return false;
  return [...local.opsets].every(([domain, version]) => (opsets.get(domain) ?? version) === version);
}

/** Whether a function calls `target`, itself or through others. */
function reaches(
  local: LocalFunction,
  target: string,
  functions: readonly LocalFunction[],
  seen: Set<string>,
): boolean {
  return local.nodes.some((node) => {
    const key = calledBy(node);
    if (key === target) return true;
    const called = functions.find((other) => keyOf(other) === key);
    if (!called || seen.has(key)) return false;
    seen.add(key);
    return reaches(called, target, functions, seen);
  });
}

/** The function as a body: attributes of the call filled in, node names behind the name of the call. */
function bodyOf(local: LocalFunction, call: Node): Subgraph {
  const attributes = { ...local.defaults, ...call.attributes };
  const prefix = call.name === "" ? "" : `${call.name}/`;
  return {
    name: local.name,
    inputs: [],
    outputs: local.outputs.map((name) => ({ name, type: { kind: "unknown" } })),
    nodes: local.nodes.map((node) => ({ ...filledIn(node, attributes), name: prefix + node.name })),
    weights: new Map(),
    types: new Map(),
  };
}

function boundInputs(local: LocalFunction, call: Node): ReadonlyMap<string, string> {
  return new Map(local.inputs.map((name, position) => [name, call.inputs[position] ?? ""]));
}

/** References to attributes of the function replaced by what the call says; absent ones leave. */
function filledIn(node: Node, given: Readonly<Record<string, Attribute>>): Node {
  const attributes: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(node.attributes)) {
    const meant = value.kind === "reference" ? given[value.of] : value;
    if (meant) attributes[name] = meant;
  }
  return mapBodies({ ...node, attributes }, (body) => ({
    ...body,
    nodes: body.nodes.map((inner) => filledIn(inner, given)),
  }));
}
