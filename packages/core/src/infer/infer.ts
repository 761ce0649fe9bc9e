// Types and shapes of every value, by the operators' rules in topological order, with symbolic dimensions and
// with the elements of small tensors: chains such as Shape, Gather, Concat, Reshape come out exact.
// What a file states of values in between may be stale and is used only where the operator is unknown.

import { sameDims, unknownDimOf, type Dim } from "../graph/dim.ts";
import type { Attribute, Feeds, Graph, LocalFunction, Node, Subgraph, ValueType } from "../graph/graph.ts";
import { subgraphsOf } from "../graph/graph.ts";
import type { Elements, Fact, OpDefinition, RuleContext, ShapedInput, ShapeResult } from "../ops/define.ts";
import { elementsOfTensor } from "../ops/elements.ts";
import { standardOps } from "../ops/index.ts";
import { opRegistry, type OpRegistry } from "../ops/registry.ts";
import type { DataType } from "../tensor/dtype.ts";
import type { TensorSource } from "../tensor/source.ts";
import { cleanShape, factOfSource, factOfType, knownCount, tensorFact } from "./facts.ts";
import { inputDims } from "./input-dims.ts";
import { lookUp, withCallAttributes, type Scope } from "./scope.ts";

/** What is known beyond the graph, and how far elements are followed. */
export interface InferOptions {
  /** Shapes of inputs that replace those of the graph, such as the ones of a certain batch. */
  readonly inputs?: Readonly<Record<string, readonly Dim[]>>;
  /** Inputs whose elements are known. */
  readonly values?: Feeds;
  /** Elements are followed through tensors of at most this size. Default 1024. */
  readonly maxElements?: number;
  /** Operators besides the standard ones are in a registry of one's own. */
  readonly operators?: OpRegistry;
}

/** A node whose rule could not be used: malformed input, or a fault of the rule. Its outputs are unknown. */
export interface InferenceProblem {
  readonly node: Node;
  readonly reason: string;
}

/** What is known of the values of a graph. */
export interface Inference {
  /** By name of the value; a name that is missing is not known. */
  readonly types: ReadonlyMap<string, Fact>;
  /** The same for a body (of If, Loop, Scan), as it was last inferred; undefined for a body that was not reached. */
  of(body: Subgraph): Inference | undefined;
  readonly problems: readonly InferenceProblem[];
}

/** What one call of inferTypes carries through all scopes. */
interface Session {
  readonly operators: OpRegistry;
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly maxElements: number;
  readonly bodies: Map<Subgraph, Scope>;
  /** By node, as loops infer their bodies more than once. */
  readonly problems: Map<Node, string>;
  /** Nodes that may still be visited: bodies and functions nest, and hostile ones multiply. */
  budget: number;
}

const MAX_DEPTH = 50;
const MAX_VISITS = 30_000;

let standard: OpRegistry | undefined;

/** Infers types, shapes and small values of a graph. Total: what can't be inferred is left out. */
export function inferTypes(graph: Graph, options: InferOptions = {}): Inference {
  const session = sessionOf(options, graph.functions, MAX_VISITS + 20 * graph.nodes.length);
  const scope = topScope(graph.opsets, statedTypes(graph));
  addWeights(graph, scope, session);
  addInputs(graph, options, scope);
  visit(graph.nodes, scope, session);
  return inferenceOf(scope, session);
}

function sessionOf(options: InferOptions, functions: readonly LocalFunction[], budget: number): Session {
  return {
    operators: options.operators ?? (standard ??= opRegistry(standardOps)),
    functions: new Map(functions.map((called) => [functionKey(called), called])),
    maxElements: options.maxElements ?? 1024,
    bodies: new Map(),
    problems: new Map(),
    budget,
  };
}

function topScope(opsets: ReadonlyMap<string, number>, stated: ReadonlyMap<string, ValueType>): Scope {
  return { facts: new Map(), parent: undefined, opsets, stated, attributes: undefined, path: "", depth: 0 };
}

/** Inference that goes along while a graph is built, node by node. */
export interface RunningInference {
  /** What is known of the value, here or in the graphs around. */
  fact(name: string): Fact | undefined;
  /** States what is known of an input or a constant. */
  set(name: string, fact: Fact): void;
  /** Takes a constant in. */
  addSource(name: string, source: TensorSource): void;
  /** Infers the outputs of the next node. */
  add(node: Node): void;
  /** The inference of a body that sees this graph's values. */
  body(path: string): RunningInference;
  /** All that was inferred so far. */
  result(): Inference;
}

/** Starts an inference that is told each node as it is made; `inferTypes` is for graphs that are there already. */
export function startInference(opsets: ReadonlyMap<string, number>, options: InferOptions = {}): RunningInference {
  return runningInference(topScope(opsets, new Map()), sessionOf(options, [], Infinity));
}

function runningInference(scope: Scope, session: Session): RunningInference {
  return {
    fact: (name) => lookUp(name, scope),
    set: (name, fact) => void scope.facts.set(name, fact),
    addSource: (name, source) => void scope.facts.set(name, factOfSource(source, session.maxElements)),
    add: (node) => visit([node], scope, session),
    body: (path) =>
      runningInference(
        { ...scope, facts: new Map(), parent: scope, path: `${scope.path}${path}/`, depth: scope.depth + 1 },
        session,
      ),
    result: () => inferenceOf(scope, session),
  };
}

function inferenceOf(scope: Scope, session: Session): Inference {
  return {
    types: scope.facts,
    of: (body) => {
      const inner = session.bodies.get(body);
      return inner && inferenceOf(inner, session);
    },
    problems: Array.from(session.problems, ([node, reason]) => ({ node, reason })),
  };
}

function addWeights(graph: Subgraph, scope: Scope, session: Session): void {
  for (const [name, { source }] of graph.weights) scope.facts.set(name, factOfSource(source, session.maxElements));
}

function addInputs(graph: Graph, options: InferOptions, scope: Scope): void {
  const meaning = inputDims(graph.inputs);
  for (const { name, type } of graph.inputs) {
    const value = options.values?.[name];
    const shape = options.inputs?.[name];
    const isDefault = graph.weights.has(name);
    if (value) scope.facts.set(name, tensorFact(value.dtype, value.shape, elementsOfTensor(value)));
    else if (shape) scope.facts.set(name, tensorFact(type.kind === "tensor" ? type.dtype : undefined, shape));
    else if (!isDefault) scope.facts.set(name, inputFact(type, meaning));
  }
}

function inputFact(type: ValueType, meaning: (dim: Dim) => Dim): Fact {
  return type.kind === "tensor" ? tensorFact(type.dtype, type.shape?.map(meaning)) : type;
}

function statedTypes(graph: Subgraph): ReadonlyMap<string, ValueType> {
  return new Map([...graph.types, ...graph.outputs.map(({ name, type }) => [name, type] as const)]);
}

function visit(nodes: readonly Node[], scope: Scope, session: Session): void {
  for (const node of nodes) {
    if (session.budget-- <= 0) return exhausted(node, session);
    const facts = inferNode(withCallAttributes(node, scope), scope, session);
    node.outputs.forEach((name, i) => {
      const fact = facts[i];
      if (name !== "" && fact !== undefined) scope.facts.set(name, fact);
    });
  }
}

function exhausted(node: Node, { problems }: Session): void {
  if (problems.size === 0) problems.set(node, "bodies and local functions nest so often that inference stopped here");
}

function inferNode(node: Node, scope: Scope, session: Session): readonly (Fact | undefined)[] {
  const called = session.functions.get(functionKey({ ...node, name: node.op }));
  if (called !== undefined) return inferCall(node, called, scope, session);
  const definition = session.operators.find(node.domain, node.op);
  if (definition === undefined) return node.outputs.map((name) => statedFact(name, scope));
  try {
    return applyRules(node, definition, scope, session);
  } catch (error) {
    session.problems.set(node, error instanceof Error ? error.message : String(error));
    return [];
  }
}

function statedFact(name: string, scope: Scope): Fact | undefined {
  const type = scope.stated.get(name);
  return type && factOfType(type);
}

function applyRules(node: Node, op: OpDefinition, scope: Scope, session: Session): readonly (Fact | undefined)[] {
  const facts = node.inputs.map((name) => lookUp(name, scope));
  const context = ruleContext(node, facts, scope, session);
  const dtypes = op.types(facts, context);
  const inputs = shapedInputs(node, facts, op);
  const results = inputs === undefined ? [] : op.shape(inputs, context);
  const outputs = node.outputs.map((_, i) => outputFact(results[i], dtypes[i], i, context));
  return op.fold.kind === "rule" ? withElements(outputs, op.fold.run, facts, context, session) : outputs;
}

/** The inputs as a shape rule wants them, or undefined when one that it needs has no shape. */
function shapedInputs(
  node: Node,
  facts: readonly (Fact | undefined)[],
  op: OpDefinition,
): readonly ShapedInput[] | undefined {
  const inputs = facts.map((fact) =>
    fact?.kind === "tensor" && fact.shape ? { ...fact, dtype: fact.dtype, shape: fact.shape } : undefined,
  );
  const missing = inputs.some((input, i) => input === undefined && node.inputs[i] !== "" && isTensor(facts[i]));
  // Absent optional inputs are undefined in the list, which rules expect.
  return missing && !op.partial ? undefined : (inputs as readonly ShapedInput[]);
}

function isTensor(fact: Fact | undefined): boolean {
  return fact === undefined || fact.kind === "tensor" || fact.kind === "unknown";
}

function outputFact(
  result: ShapeResult,
  dtype: DataType | undefined,
  i: number,
  context: RuleContext,
): Fact | undefined {
  if (result === undefined) return dtype && tensorFact(dtype, undefined);
  if (!("kind" in result))
    return tensorFact(
      dtype,
      cleanShape(result, (axis) => context.unknownDim(i, axis)),
    );
  if (result.kind !== "tensor") return result;
  const shape = result.shape && cleanShape(result.shape, (axis) => context.unknownDim(i, axis));
  return tensorFact(result.dtype ?? dtype, shape, result.value);
}

type FoldRun = Extract<OpDefinition["fold"], { readonly kind: "rule" }>["run"];

/** Adds elements where the outputs are small; a rule never has to guard against large ones. */
function withElements(
  outputs: readonly (Fact | undefined)[],
  fold: FoldRun,
  facts: readonly (Fact | undefined)[],
  context: RuleContext,
  session: Session,
): readonly (Fact | undefined)[] {
  // An output that nobody takes may be unknown, but not large: the rule computes it all the same.
  const counts = outputs.map((fact, i) => countOf(fact) ?? (context.node.outputs[i] === "" ? 0 : Infinity));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (outputs.length === 0 || !(total <= session.maxElements)) return outputs;
  const folded = fold(
    facts.map((fact) => (fact?.kind === "tensor" ? fact.value : undefined)),
    context,
  );
  return outputs.map((fact, i) => withValue(fact, folded?.[i], context, session));
}

function countOf(fact: Fact | undefined): number | undefined {
  return fact?.kind === "tensor" ? knownCount(fact.shape) : undefined;
}

function withValue(
  fact: Fact | undefined,
  value: Elements | undefined,
  { node }: RuleContext,
  session: Session,
): Fact | undefined {
  if (fact?.kind !== "tensor" || fact.shape === undefined || value === undefined) return fact;
  if (sameDims(fact.shape, value.shape) && value.dtype === (fact.dtype ?? value.dtype))
    return { ...fact, dtype: value.dtype, value };
  session.problems.set(node, `folded to ${value.dtype}[${value.shape}], inferred ${fact.dtype}[${fact.shape}]`);
  return fact;
}

function ruleContext(node: Node, facts: readonly (Fact | undefined)[], scope: Scope, session: Session): RuleContext {
  return {
    node,
    opset: scope.opsets.get(node.domain) ?? 1,
    unknownDim: (output, label) => unknownDim(node, output, label, scope),
    inferBody: (body, inputs) => inferBody(node, body, inputs, scope, session),
    fact: (input) => facts[input],
  };
}

/** Named after what makes it; the path keeps bodies and calls apart. */
function unknownDim(node: Node, output: number, label: string | number, scope: Scope): Dim {
  const name = node.outputs[output] || `${node.outputs[0] ?? node.name}#${output}`;
  return unknownDimOf(`${scope.path}${name}.${label}`);
}

function inferBody(
  node: Node,
  body: Subgraph,
  inputs: readonly (Fact | undefined)[],
  outer: Scope,
  session: Session,
): readonly (Fact | undefined)[] {
  if (outer.depth >= MAX_DEPTH) return [];
  const attribute = subgraphsOf(node).find(({ graph }) => graph === body)?.attribute ?? body.name;
  const scope: Scope = {
    ...outer,
    facts: new Map(),
    parent: outer,
    stated: statedTypes(body),
    path: `${outer.path}${node.outputs[0] ?? node.name}.${attribute}/`,
    depth: outer.depth + 1,
  };
  session.bodies.set(body, scope);
  addWeights(body, scope, session);
  setAll(
    scope,
    body.inputs.map(({ name }) => name),
    inputs,
  );
  visit(body.nodes, scope, session);
  return body.outputs.map(({ name }) => lookUp(name, scope));
}

function inferCall(node: Node, called: LocalFunction, caller: Scope, session: Session): readonly (Fact | undefined)[] {
  if (caller.depth >= MAX_DEPTH) return [];
  const attributes: Readonly<Record<string, Attribute>> = { ...called.defaults, ...node.attributes };
  const scope: Scope = {
    facts: new Map(),
    parent: undefined,
    opsets: called.opsets,
    stated: called.types,
    attributes,
    path: `${caller.path}${node.outputs[0] ?? node.name}/`,
    depth: caller.depth + 1,
  };
  setAll(
    scope,
    called.inputs,
    node.inputs.map((name) => lookUp(name, caller)),
  );
  visit(called.nodes, scope, session);
  return called.outputs.map((name) => lookUp(name, scope));
}

function setAll(scope: Scope, names: readonly string[], facts: readonly (Fact | undefined)[]): void {
  names.forEach((name, i) => {
    const fact = facts[i];
    if (fact !== undefined) scope.facts.set(name, fact);
  });
}

function functionKey({ domain, name, overload }: Pick<LocalFunction, "domain" | "name" | "overload">): string {
  return JSON.stringify([domain, name, overload ?? ""]);
}
