// An ONNX graph becomes TensorFlow operations: each node by its rule, in the order of the data. Quantized graphs come
// with QuantizeLinear / DequantizeLinear pairs and leave with FakeQuant.

import {
  inferTypes,
  isTersorError,
  nameOfDim,
  type Graph,
  type Node,
  type TensorSource,
  type Value,
} from "@tersor/core";
import { unsupportedOperators, type UnsupportedOperation } from "../errors.ts";
import type { TensorFlowGraph, TensorFlowInput, TensorFlowOutput } from "../graphdef/graph.ts";
import { typeNameFor } from "../dtype.ts";
import { contextOf, type Lowering } from "./context.ts";
import { refuse } from "./refusal.ts";
import { attr, attributeShape, Emitter, nodeName, type Codes, type TensorType } from "./emitter.ts";
import { plainLayout } from "./layout.ts";
import { prepareGraph, type ShapeOptions } from "./prepare.ts";
import { lowerQuantization } from "./quantize.ts";
import { loweringRules } from "./rules/index.ts";
import type { LoweringRule, Target } from "./rule.ts";
import { Values } from "./values.ts";

/** How a graph is lowered. */
export interface LowerOptions extends ShapeOptions {
  readonly target?: Target;
}

/** Operations, and what GraphDef does not say of their tensors. */
export interface LoweredGraph {
  readonly graph: TensorFlowGraph;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly codes: ReadonlyMap<string, Codes>;
  readonly sources: ReadonlyMap<string, TensorSource>;
}

const rulesByOp: ReadonlyMap<string, LoweringRule> = new Map(
  loweringRules.flatMap((rule) => rule.ops.map((op) => [op, rule])),
);

/**
 * Lowers an ONNX graph to TensorFlow's operations in NHWC; quantized activations and weights get FakeQuant.
 * Public names and shapes of inputs and outputs stay as they are.
 * @throws TENSORFLOW_LOWER_UNSUPPORTED listing every operator that can't be lowered; TENSORFLOW_INPUT_SHAPE.
 */
export function lowerGraph(graph: Graph, options: Omit<LowerOptions, "target"> = {}): TensorFlowGraph {
  return lowerWithTypes(graph, { ...options, target: "graphdef" }).graph;
}

/** The same with what is known of every tensor. */
export function lowerWithTypes(graph: Graph, options: LowerOptions): LoweredGraph {
  const { target = "graphdef" } = options;
  const prepared = prepareGraph(graph, options);
  const to = new Emitter();
  const inputs = emitInputs(prepared, to);
  for (const { name } of prepared.outputs) to.reserve(nodeName(name));
  const values = new Values(to, target);
  for (const input of inputs) {
    const rank = to.type(input.tensor).shape.length;
    values.setStored(input.name, { tensor: input.tensor, layout: plainLayout(rank) });
  }
  for (const [name, { source }] of prepared.weights) values.setConstant(name, { name, source });
  lowerNodes(prepared, { to, target, values, ...contextFacts(prepared, inputs, to) });
  const outputs = emitOutputs(prepared, values, to);
  const made: TensorFlowGraph = {
    name: prepared.name,
    inputs,
    outputs,
    nodes: reachable(to, inputs, outputs),
    functions: new Map(),
    variables: new Map(),
  };
  return { graph: made, types: to.types, codes: to.codes, sources: to.sources };
}

function contextFacts(
  graph: Graph,
  inputs: readonly TensorFlowInput[],
  to: Emitter,
): Pick<Lowering, "opset" | "facts" | "readers" | "named"> {
  const named = inputs.flatMap(({ tensor }) =>
    to.type(tensor).shape.flatMap((dim, axis) => {
      const name = nameOfDim(dim);
      return name === undefined ? [] : [[name, { tensor, axis }] as const];
    }),
  );
  return {
    opset: graph.opsets.get("") ?? 17,
    facts: inferTypes(graph).types,
    readers: readersOf(graph),
    named: new Map(named),
  };
}

function readersOf(graph: Graph): ReadonlyMap<string, readonly Node[] | undefined> {
  const readers = new Map<string, Node[] | undefined>();
  for (const node of graph.nodes)
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  for (const { name } of graph.outputs) readers.set(name, undefined);
  return readers;
}

function emitInputs(graph: Graph, to: Emitter): readonly TensorFlowInput[] {
  const inputs = graph.inputs.filter(({ name }) => !graph.weights.has(name));
  return inputs.map((input) => emitInput(input, to));
}

function emitInput({ name, type }: Value, to: Emitter): TensorFlowInput {
  if (type.kind !== "tensor" || type.dtype === undefined || type.shape === undefined)
    throw unsupportedOperators([{ node: name, op: "input", why: "an input needs an element type and a rank" }]);
  const { dtype } = type;
  const shape = attributeShape(type.shape);
  const attributes = { dtype: attr.type(dtype), shape: attr.shape(shape) };
  const [tensor] = to.addNamed(to.fresh(name), "Placeholder", [], attributes, [{ dtype, shape: type.shape }]) as [
    string,
  ];
  return { name, tensor, dtype: typeNameFor(dtype) ?? "FLOAT", shape };
}

/** Each output ends in an Identity that has its name. */
function emitOutputs(graph: Graph, values: Values, to: Emitter): readonly TensorFlowOutput[] {
  const made = new Set<string>();
  return graph.outputs.map(({ name }) => {
    const { tensor, layout } = values.stored(name);
    const plain = values.in(name, plainLayout(layout.length));
    const { dtype } = to.type(tensor);
    const node =
      made.has(nodeName(name)) || to.nodes.some((one) => one.name === nodeName(name)) ? to.fresh(name) : nodeName(name);
    made.add(node);
    const [out] = to.addNamed(node, "Identity", [plain], { T: attr.type(dtype) }, [to.type(plain)]) as [string];
    return { name, tensor: out };
  });
}

function lowerNodes(graph: Graph, lowering: Lowering): void {
  const unsupported: UnsupportedOperation[] = [];
  for (const node of graph.nodes) {
    const missing = node.inputs.some((input) => input !== "" && !lowering.values.has(input));
    // Something before it was refused: what depends on it can't be judged, but whether there is a rule can.
    if (missing && (rulesByOp.has(node.op) || node.op.endsWith("quantizeLinear") || node.op === "QuantizeLinear"))
      continue;
    try {
      lowerNode(node, lowering);
    } catch (error) {
      if (!isTersorError(error, "TENSORFLOW_REFUSED")) throw error;
      unsupported.push({ node: node.name, op: node.op, why: String(error.data["why"]) });
    }
  }
  if (unsupported.length > 0) throw unsupportedOperators(unsupported);
}

function lowerNode(node: Node, lowering: Lowering): void {
  lowering.to.prefix = nodeName(node.name || node.outputs[0] || node.op);
  if (lowerQuantization(node, lowering)) return;
  const rule = node.domain === "" || node.domain === "com.microsoft" ? rulesByOp.get(node.op) : undefined;
  if (rule === undefined) refuse("no rule lowers it");
  rule.lower(contextOf(node, lowering)).forEach((stored, i) => {
    const name = node.outputs[i];
    if (name !== undefined && name !== "") lowering.values.setStored(name, stored);
  });
}

/** What the outputs need, in order, and all inputs. */
function reachable(
  { nodes }: Emitter,
  inputs: readonly TensorFlowInput[],
  outputs: readonly TensorFlowOutput[],
): TensorFlowGraph["nodes"] {
  const needed = new Set([...inputs, ...outputs].map(({ tensor }) => nodeOfTensor(tensor)));
  for (const node of nodes.toReversed())
    if (needed.has(node.name)) for (const input of node.inputs) needed.add(nodeOfTensor(input));
  return nodes.filter(({ name }) => needed.has(name));
}

function nodeOfTensor(tensor: string): string {
  return tensor.slice(0, tensor.lastIndexOf(":"));
}
