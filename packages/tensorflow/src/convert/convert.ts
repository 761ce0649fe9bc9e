// A frozen TensorFlow graph becomes an ONNX graph: each operation by its rule, in the order of the data.
// What no rule knows is collected, so that one error lists all of it.

import { GraphBuilder, isTersorError, originOf, type Graph, type ValueType } from "@tersor/core";
import { dataTypeOf } from "../dtype.ts";
import { controlFlowUnstructured, functionMissing, inputMissing, unsupportedOperations } from "../errors.ts";
import type { TensorFlowFunction, TensorFlowGraph, TensorFlowInput, TensorFlowNode } from "../graphdef/graph.ts";
import { contextOf, type Conversion } from "./context.ts";
import { functionalize } from "./control/functionalize.ts";
import { mergeDilations } from "./dilations.ts";
import { rules as standardRules } from "./rules/index.ts";
import type { TensorFlowRule } from "./rule.ts";

/** ONNX's operator set that rules build for: the last one whose reductions take axes as attributes. */
export const OPSET = 17;

/**
 * Work on bodies. Loops are tried until the types of what they carry settle, so their bodies count more than once, and
 * each level around a body looks at its types again.
 */
const MOST_VISITS = 400_000;

/** How a graph is converted. */
export interface ConvertOptions {
  /** Rules besides the standard ones, and before them. */
  readonly rules?: readonly TensorFlowRule[];
}

/**
 * Converts a frozen graph. Values keep TensorFlow's layout; passes move the transposes together afterwards.
 * @throws TENSORFLOW_UNSUPPORTED listing every operation without a rule; TENSORFLOW_INPUT_MISSING, TENSORFLOW_CONTROL_FLOW.
 */
export function convertGraph(source: TensorFlowGraph, options: ConvertOptions = {}): Graph {
  const graph = mergeDilations(functionalize(source));
  const rules = new Map(
    [...standardRules, ...(options.rules ?? [])].flatMap((rule) => rule.ops.map((op) => [op, rule])),
  );
  const conversion: Conversion = {
    graph,
    rules,
    unsupported: [],
    lists: new Map(),
    open: [],
    budget: { left: MOST_VISITS },
    convertFunction,
  };
  const builder = GraphBuilder.start(
    OPSET,
    graph.outputs.map(({ name }) => name),
  );
  const values = new Map<string, string>();
  for (const input of graph.inputs) values.set(input.tensor, builder.input(input.name, typeOf(input)));
  convertNodes(graph, builder, values, conversion);
  if (conversion.unsupported.length > 0) throw unsupportedOperations(conversion.unsupported);
  const outputs = graph.outputs.map(({ name, tensor }) => ({ name, value: valueOf(tensor, name, values) }));
  return builder.finish(graph.name, outputs);
}

/** Converts a function's nodes into a body; gives the ONNX values of its outputs. */
function convertFunction(
  called: TensorFlowFunction,
  into: GraphBuilder,
  inputs: readonly string[],
  conversion: Conversion,
): readonly string[] {
  if (conversion.open.includes(called.name)) throw functionMissing({ function: called.name, node: called.name });
  conversion.budget.left -= (called.nodes.length + 1) * (conversion.open.length + 1);
  if (conversion.budget.left < 0) throw controlFlowUnstructured({ node: called.name, why: "its bodies have no end" });
  conversion.open.push(called.name);
  const values = new Map(called.inputs.map(({ tensor }, i) => [tensor, inputs[i] ?? ""]));
  convertNodes(called, into, values, conversion);
  conversion.open.pop();
  if (conversion.unsupported.length > 0) return called.outputs.map(() => "");
  return called.outputs.map(({ name, tensor }) => valueOf(tensor, name, values));
}

function typeOf({ dtype, shape, name }: TensorFlowInput): ValueType {
  const element = dtype === undefined ? undefined : dataTypeOf(dtype);
  const dims = shape?.map((size, axis) => (size < 0 ? `${name}_${axis}` : size));
  return { kind: "tensor", ...(element && { dtype: element }), ...(dims && { shape: dims }) };
}

function convertNodes(
  level: TensorFlowFunction,
  to: GraphBuilder,
  values: Map<string, string>,
  conversion: Conversion,
): void {
  const read = new Set([...level.outputs.map(({ tensor }) => tensor), ...level.nodes.flatMap(({ inputs }) => inputs)]);
  for (const node of level.nodes) {
    if (values.has(`${node.name}:0`)) continue;
    const outputs = convertNode(node, to, values, read, conversion);
    outputs.forEach((value, i) => values.set(`${node.name}:${i}`, value));
  }
}

function convertNode(
  node: TensorFlowNode,
  to: GraphBuilder,
  values: ReadonlyMap<string, string>,
  read: ReadonlySet<string>,
  conversion: Conversion,
): readonly string[] {
  if (node.op === "Const" || node.op === "HostConst") return [weightOf(node, to, conversion)];
  const rule = conversion.rules.get(node.op);
  if (rule === undefined) return refused(node, "no rule converts it", conversion);
  const inputs = node.inputs.map((input) => values.get(input));
  // Something before it was refused: what depends on it can't be judged.
  if (conversion.unsupported.length > 0 && inputs.some((input) => input === undefined)) return [];
  const names = inputs.map((name, i) => name ?? missing(node, i));
  to.prefix = node.name;
  try {
    return rule.convert(contextOf(node, to, names, read, conversion));
  } catch (error) {
    if (isTersorError(error, "TENSORFLOW_REFUSED")) return refused(node, String(error.data["why"]), conversion);
    throw error;
  }
}

function refused({ name, op }: TensorFlowNode, why: string, { unsupported }: Conversion): readonly string[] {
  unsupported.push({ node: name, op, why });
  return [];
}

function missing({ name, inputs }: TensorFlowNode, index: number): never {
  throw inputMissing({ node: name, input: inputs[index]! });
}

function weightOf({ name, attributes }: TensorFlowNode, to: GraphBuilder, { graph }: Conversion): string {
  const value = attributes["value"];
  if (value?.kind !== "tensor") throw inputMissing({ node: name, input: "value" });
  return to.weight(name, value.value, originOf(graph.variables.get(name) ?? name));
}

function valueOf(tensor: string, name: string, values: ReadonlyMap<string, string>): string {
  const value = values.get(tensor);
  if (value === undefined || value === "") throw inputMissing({ node: name, input: tensor });
  return value;
}
