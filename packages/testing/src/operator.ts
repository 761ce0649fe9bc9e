// What every operator owes: rules that answer whatever a file says, and capabilities that are stated with their reason.

import {
  inferTypes,
  nodeOf,
  opRegistry,
  type Fact,
  type Graph,
  type OpDefinition,
  type ShapedInput,
} from "@tersor/core";
import { checksOf, firstOf, type Check, type Finding } from "./check.ts";
import { fingerprint } from "./fingerprint.ts";
import { hostileGraphs } from "./hostile-nodes.ts";

/** Hostile nodes that each law is tried on. */
const CASES = 100;
/** Longest answer to all of them together; a rule takes microseconds. */
const MOST_SECONDS = 3;

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What has to be known of an operator to try it. */
export interface OperatorExample {
  /** Least number of inputs; nodes that have fewer are refused before rules are asked. Default 1. */
  readonly inputs?: number;
}

/** The laws of operators, tried on hostile nodes. */
export function operatorChecks(op: OpDefinition, { inputs: least = 1 }: OperatorExample = {}): readonly Check[] {
  const name = op.domain === "" ? op.type : `${op.domain}.${op.type}`;
  const tensors = [...hostileGraphs(op, CASES, { least, tensors: true })];
  const graphs = [...tensors, ...hostileGraphs(op, CASES, { least: 0, tensors: false })];
  return checksOf(`The operator "${name}"`, {
    "its type is an identifier": () => (identifier.test(op.type) ? undefined : `"${op.type}" is none`),
    "its versions are whole numbers that rise": () => sinceFinding(op.since),
    "its rules answer whatever tensors and attributes a file has": () =>
      firstOf(tensors, (graph) => totalFinding(op, graph)),
    "its rules are quick": () => speedFinding(op, graphs),
    "its rules give what can be a type": () => firstOf(graphs, (graph) => typeFinding(op, graph)),
    "its rules give the same answer twice, and leave the node as it is": () =>
      firstOf(graphs, (graph) => purityFinding(op, graph)),
    "its part in quantization is stated, with the reason where it has none": () =>
      firstOf(graphs, (graph) => traitFinding(op, graph)),
    "its cost is a number that is not negative, or NaN where it is not known": () =>
      firstOf(graphs, (graph) => costFinding(op, graph)),
  });
}

function sinceFinding(since: readonly number[]): Finding {
  if (since.length === 0) return "there is none";
  const rises = since.every((version, i) => Number.isSafeInteger(version) && version > (since[i - 1] ?? 0));
  return rises ? undefined : `they are ${since.join(", ")}`;
}

/** The facts of the node's outputs by the operator's own rules, and what went wrong. */
function inferred(op: OpDefinition, graph: Graph) {
  return inferTypes(graph, { operators: opRegistry([op]) });
}

function totalFinding(op: OpDefinition, graph: Graph): Finding {
  const [problem] = inferred(op, graph).problems;
  return problem && `${nodeText(graph)}: ${problem.reason}`;
}

function speedFinding(op: OpDefinition, graphs: readonly Graph[]): Finding {
  const start = performance.now();
  for (const graph of graphs) inferred(op, graph);
  const seconds = (performance.now() - start) / 1000;
  return seconds < MOST_SECONDS ? undefined : `${graphs.length} nodes took ${seconds.toFixed(1)} s`;
}

function typeFinding(op: OpDefinition, graph: Graph): Finding {
  const { types } = inferred(op, graph);
  return firstOf(graph.outputs, ({ name }) => {
    const wrong = wrongDim(types.get(name)) ?? wrongValue(types.get(name));
    return wrong && `${nodeText(graph)}: ${wrong}`;
  });
}

function wrongDim(fact: Fact | undefined): Finding {
  if (fact?.kind !== "tensor" || fact.shape === undefined) return undefined;
  const wrong = fact.shape.find((dim) => typeof dim === "number" && !(Number.isSafeInteger(dim) && dim >= 0));
  return wrong === undefined ? undefined : `a dimension is ${wrong}`;
}

function wrongValue(fact: Fact | undefined): Finding {
  if (fact?.kind !== "tensor" || fact.value === undefined) return undefined;
  const { shape, data } = fact.value;
  const count = shape.reduce((product, dim) => product * dim, 1);
  return count === data.length ? undefined : `elements of shape [${shape.join(", ")}] are ${data.length}`;
}

function purityFinding(op: OpDefinition, graph: Graph): Finding {
  const node = graph.nodes[0]!;
  const before = fingerprint(node.attributes);
  const [first, second] = [0, 1].map(() => fingerprint(inferred(op, graph).types));
  if (fingerprint(node.attributes) !== before) return `${nodeText(graph)}: its attributes were changed`;
  return first === second ? undefined : `${nodeText(graph)}: ${first}, then ${second}`;
}

function traitFinding(op: OpDefinition, graph: Graph): Finding {
  return firstOf([2, 3, 4], (rank) => {
    const trait = op.quantization(graph.nodes[0]!, rank);
    if (trait.kind === "float") return trait.why.trim() === "" ? "it stays float for no reason" : undefined;
    const axis = trait.kind === "weighted" ? trait.channelAxis : trait.kind === "table" ? trait.axis : 0;
    const plain = op.quantization(nodeOf(op.type, "plain", [], [], {}, op.domain), rank);
    const plainAxis = plain.kind === "weighted" ? plain.channelAxis : plain.kind === "table" ? plain.axis : 0;
    if (!Number.isInteger(plainAxis) || plainAxis < 0 || plainAxis >= rank)
      return `without attributes, the axis of a weight of rank ${rank} is ${plainAxis}`;
    return typeof axis === "number" ? undefined : `${nodeText(graph)}: its axis is ${String(axis)}`;
  });
}

function costFinding(op: OpDefinition, graph: Graph): Finding {
  const { types } = inferred(op, graph);
  const node = graph.nodes[0]!;
  const shaped = (names: readonly string[]): readonly (ShapedInput | undefined)[] =>
    names.map((name) => shapedOf(types.get(name)));
  const cost = op.cost(node, shaped(node.inputs), shaped(node.outputs));
  return cost < 0 || typeof cost !== "number" ? `${nodeText(graph)}: it is ${String(cost)}` : undefined;
}

function shapedOf(fact: Fact | undefined): ShapedInput | undefined {
  return fact?.kind === "tensor" && fact.shape ? { dtype: fact.dtype, shape: fact.shape } : undefined;
}

function nodeText({ nodes, inputs, weights }: Graph): string {
  const [node] = nodes;
  const kinds = (node?.inputs ?? []).map((name) => {
    const source = weights.get(name)?.source;
    if (source) return `constant ${source.dtype}[${source.shape.join(", ")}]`;
    const type = inputs.find((input) => input.name === name)?.type;
    return type?.kind === "tensor"
      ? `${type.dtype ?? "?"}[${type.shape?.join(", ") ?? "?"}]`
      : (type?.kind ?? "nothing");
  });
  const attributes = Object.entries(node?.attributes ?? {}).map(([key, { kind }]) => `${key} of kind ${kind}`);
  return `for a node of ${kinds.join(", ") || "no inputs"}${attributes.length > 0 ? ` with ${attributes.join(", ")}` : ""}`;
}
