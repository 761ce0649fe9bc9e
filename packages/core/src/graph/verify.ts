// The verifier: what has to hold for every graph, before and after each pass.
// Names are single assignment across levels, as onnxruntime demands: a body may capture a name but never define it again.
// One walk, linear in the size of the graph; hostile nesting and endless lists of faults are cut off.

import { graphInvalid, opsetUnsupported } from "../errors.ts";
import { byteLengthOf } from "../tensor/dtype.ts";
import { expectedKind } from "./attribute-kinds.ts";
import {
  constantSource,
  subgraphsOf,
  type Attribute,
  type Graph,
  type Node,
  type Subgraph,
  type Weight,
} from "./graph.ts";
import { usesOf } from "./names.ts";

/** Operator set versions of ONNX's own domain that are read. */
export const supportedOpsets = { from: 7, to: 23 } as const;

/** Deepest nesting of bodies; protobuf readers stop at about 33. */
const MAX_DEPTH = 64;
const MAX_PROBLEMS = 100;

/** The rules that `problemsOf` checks, named by how they are broken. */
export type GraphProblemKind =
  | "attribute-kind"
  | "cycle"
  | "duplicate-name"
  | "empty-operator"
  | "missing-output"
  | "missing-producer"
  | "nesting"
  | "opset"
  | "order"
  | "shadowed-name"
  | "weight-shape";

/** One thing that is wrong with a graph. */
export interface GraphProblem {
  readonly kind: GraphProblemKind;
  readonly message: string;
  /** Name of the node, or of its operator and first output where it has none. */
  readonly node?: string;
  /** Name of the value. */
  readonly value?: string;
}

/**
 * Checks that a graph is sound.
 * @throws CORE_OPSET_UNSUPPORTED, CORE_GRAPH_INVALID with all problems in `data.problems` and the name of the pass.
 */
export function verify(graph: Graph, options: { readonly pass?: string } = {}): void {
  const problems = problemsOf(graph);
  if (problems.length === 0) return;
  const version = graph.opsets.get("");
  const unsupported = problems.find(({ kind }) => kind === "opset");
  if (unsupported && version !== undefined) throw opsetUnsupported(version, supportedOpsets.from, supportedOpsets.to);
  throw graphInvalid(problems, options.pass);
}

/** Everything that is wrong with a graph, at most 100 problems; an empty list for a sound one. */
export function problemsOf(graph: Graph): readonly GraphProblem[] {
  const walk = new Walk();
  checkOpset(graph, walk);
  walk.level(graph, 0);
  checkFunctions(graph, walk);
  return walk.problems;
}

function checkOpset(graph: Graph, walk: Walk): void {
  const version = graph.opsets.get("");
  const { from, to } = supportedOpsets;
  if (version !== undefined && !(version >= from && version <= to)) {
    walk.report("opset", `operator set ${version} is not supported (${from} to ${to} are)`);
  }
  const user = version === undefined ? graph.nodes.find(({ domain }) => domain === "") : undefined;
  if (user) walk.report("opset", `${describe(user)} is of ONNX's own domain, whose operator set has no version`, user);
}

function checkFunctions(graph: Graph, walk: Walk): void {
  const none = { weights: new Map(), types: new Map() };
  const named = (name: string) => ({ name, type: { kind: "unknown" } as const });
  for (const { name, inputs, outputs, nodes } of graph.functions) {
    walk.inFunction = true;
    walk.level({ name, inputs: inputs.map(named), outputs: outputs.map(named), nodes, ...none }, 0);
  }
  for (const name of recursiveFunctions(graph)) walk.report("cycle", `the local function ${name} calls itself`);
}

/** Functions that reach themselves by calls: runtimes expand them in place and would never end. */
function recursiveFunctions(graph: Graph): readonly string[] {
  const idOf = (node: { domain: string; name: string; overload?: string | undefined }): string =>
    `${node.domain}.${node.name}${node.overload ? `:${node.overload}` : ""}`;
  const known = new Set(graph.functions.map(idOf));
  const calls = graph.functions.map(({ nodes }) =>
    allNodes(nodes).map(({ op, domain, overload }) => idOf({ name: op, domain, overload })),
  );
  const position = new Map([...known].map((id, index) => [id, index]));
  const edges = calls.map((ids) => ids.flatMap((id) => position.get(id) ?? []));
  return onCycles(edges).map((index) => [...known][index]!);
}

function allNodes(nodes: readonly Node[]): readonly Node[] {
  const found: Node[] = [];
  const open = [nodes];
  for (let list = open.pop(); list; list = open.pop()) {
    for (const node of list) {
      found.push(node);
      for (const { graph } of subgraphsOf(node)) open.push(graph.nodes);
    }
  }
  return found;
}

/** A level that is being walked. */
interface Level {
  readonly graph: Subgraph;
  /** Which node of the level makes a name. */
  readonly makers: ReadonlyMap<string, number>;
  /** The node that is being looked at. */
  current: number;
  /** Uses of names that are made later: a cycle, or nodes out of order. */
  readonly early: { readonly user: number; readonly name: string }[];
}

class Walk {
  readonly problems: GraphProblem[] = [];
  inFunction = false;
  /** Names that are defined here, with the depth of their level. */
  readonly #known = new Map<string, number>();
  readonly #levels: Level[] = [];

  report(kind: GraphProblemKind, message: string, node?: Node, value?: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({ kind, message, ...(node && { node: labelOf(node) }), ...(value !== undefined && { value }) });
  }

  level(graph: Subgraph, depth: number): void {
    const level: Level = { graph, makers: makersOf(graph.nodes), current: 0, early: [] };
    const defined: string[] = [];
    this.#levels.push(level);
    this.#defineInputs(graph, depth, defined);
    graph.nodes.forEach((node, index) => {
      level.current = index;
      this.#node(node, depth);
      for (const name of node.outputs) if (name !== "") this.#define(name, depth, defined, node);
    });
    for (const { name } of graph.outputs) this.#output(name, graph);
    this.#reportEarlyUses(level);
    this.#levels.pop();
    for (const name of defined) this.#known.delete(name);
  }

  #defineInputs(graph: Subgraph, depth: number, defined: string[]): void {
    for (const { name } of graph.inputs) this.#define(name, depth, defined);
    const inputs = new Set(graph.inputs.map(({ name }) => name));
    for (const [name, weight] of graph.weights) {
      this.#weight(name, weight);
      // A weight that is an input too is the input's default value.
      if (!inputs.has(name)) this.#define(name, depth, defined);
    }
  }

  #define(name: string, depth: number, defined: string[], node?: Node): void {
    const before = this.#known.get(name);
    if (before === undefined) {
      this.#known.set(name, depth);
      defined.push(name);
    } else if (before === depth) {
      this.report("duplicate-name", `"${name}" is defined more than once${by(node)}`, node, name);
    } else {
      this.report("shadowed-name", `"${name}"${by(node)} is already the name of a value outside the body`, node, name);
    }
  }

  #weight(name: string, { source }: Weight): void {
    const { dtype, shape, sizeBytes } = source;
    const count = shape.reduce((product, dim) => product * dim, 1);
    const where = `the weight "${name}" (${dtype}, [${shape.slice(0, 8).join(", ")}])`;
    if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0) || !Number.isSafeInteger(count)) {
      this.report("weight-shape", `${where} has an impossible shape`, undefined, name);
    } else if (dtype !== "string" && byteLengthOf(dtype, count) !== sizeBytes) {
      const message = `${where} has ${sizeBytes} bytes, its shape needs ${byteLengthOf(dtype, count)}`;
      this.report("weight-shape", message, undefined, name);
    }
  }

  #node(node: Node, depth: number): void {
    if (node.op === "") this.report("empty-operator", `${describe(node)} has no operator type`, node);
    for (const name of node.inputs) if (name !== "") this.#use(name, node);
    for (const [name, value] of Object.entries(node.attributes)) this.#attribute(node, name, value);
    const constant = constantSource(node);
    if (constant && node.outputs[0] !== undefined) {
      this.#weight(node.outputs[0], { source: constant, origin: { kind: "dropped", why: "" } });
    }
    for (const { graph } of subgraphsOf(node)) {
      if (depth < MAX_DEPTH) this.level(graph, depth + 1);
      else this.report("nesting", `${describe(node)} lies in more than ${MAX_DEPTH} nested bodies`, node);
    }
  }

  #attribute(node: Node, name: string, value: Attribute): void {
    if (value.kind === "reference" && !this.inFunction) {
      const message = `${describe(node)}: the attribute "${name}" refers to an attribute of a function, but there is none around it`;
      this.report("attribute-kind", message, node);
    }
    const expected = expectedKind(node, name);
    if (expected === undefined || value.kind === expected || value.kind === "reference") return;
    const message = `${describe(node)}: the attribute "${name}" has the kind ${value.kind}, not ${expected}`;
    this.report("attribute-kind", message, node);
  }

  #use(name: string, node: Node): void {
    if (this.#known.has(name)) return;
    const owner = this.#levels.findLast(({ makers }) => makers.has(name));
    if (owner) owner.early.push({ user: owner.current, name });
    else this.report("missing-producer", `${describe(node)} reads "${name}", which nothing makes`, node, name);
  }

  #output(name: string, graph: Subgraph): void {
    if (this.#known.has(name)) return;
    this.report("missing-output", `nothing makes the output "${name}" of the graph "${graph.name}"`, undefined, name);
  }

  #reportEarlyUses({ graph, makers, early }: Level): void {
    if (early.length === 0 || this.problems.some(({ kind }) => kind === "nesting")) return;
    const edges = graph.nodes.map((node) => usesOf(node).flatMap((name) => makers.get(name) ?? []));
    const cyclic = onCycles(edges).map((index) => graph.nodes[index]!);
    if (cyclic.length > 0) {
      const path = cyclic.slice(0, 5).map(describe).join(", ");
      this.report(
        "cycle",
        `${cyclic.length} nodes depend on themselves: ${path}${cyclic.length > 5 ? ", …" : ""}`,
        cyclic[0],
      );
    }
    const caught = new Set(cyclic);
    for (const { user, name } of early) {
      const node = graph.nodes[user]!;
      if (caught.has(node)) continue;
      this.report("order", `${describe(node)} reads "${name}" before the node that makes it`, node, name);
    }
  }
}

function makersOf(nodes: readonly Node[]): ReadonlyMap<string, number> {
  const makers = new Map<string, number>();
  nodes.forEach(({ outputs }, index) => {
    for (const name of outputs) if (name !== "") makers.set(name, index);
  });
  return makers;
}

/** Indices that lie on a cycle, or between two: what is left when all without a way in or out are peeled off. */
function onCycles(edges: readonly (readonly number[])[]): readonly number[] {
  const backwards: number[][] = edges.map(() => []);
  edges.forEach((targets, from) => targets.forEach((to) => backwards[to]!.push(from)));
  const upstream = peel(edges, backwards, new Set(edges.keys()));
  return [...peel(backwards, edges, upstream)];
}

/** Takes away, again and again, what has no edge to one that is left (Kahn 1962). */
function peel(
  edges: readonly (readonly number[])[],
  backwards: readonly (readonly number[])[],
  left: ReadonlySet<number>,
): ReadonlySet<number> {
  const rest = new Set(left);
  const degrees = edges.map((targets) => targets.filter((to) => rest.has(to)).length);
  const free = [...rest].filter((index) => degrees[index] === 0);
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    rest.delete(next);
    for (const user of backwards[next]!) if (--degrees[user]! === 0 && rest.has(user)) free.push(user);
  }
  return rest;
}

function labelOf(node: Node): string {
  return node.name === "" ? `${node.op} → ${node.outputs[0] ?? ""}` : node.name;
}

function describe(node: Node): string {
  return `the node "${labelOf(node)}" (${node.op})`;
}

function by(node: Node | undefined): string {
  return node ? ` by ${describe(node)}` : "";
}
