// QOperator: each float operator between DequantizeLinear and QuantizeLinear becomes the operator that computes on
// integers. Made from the QDQ graph, so both formats say the same arithmetic.
//
//   DQ ─ Conv ─ (Relu) ─ Q   becomes   QLinearConv          DQ ─ MatMul   becomes   MatMulIntegerToFloat

import {
  edit,
  nodeOf,
  numbersOf,
  type Attribute,
  type Graph,
  type GraphDraft,
  type Node,
  type QuantizationPlan,
} from "@tersor/core";
import { moving } from "../placement/carried.ts";

const MICROSOFT = "com.microsoft";

/** Names of a quantized value: integers, scale, zero point. */
type Triple = readonly [data: string, scale: string, zeroPoint: string];

/** Replaces Q/DQ pairs and the operators between them by integer operators, where the plan has them quantized. */
export function lowerToOperators(graph: Graph, plan: QuantizationPlan): Graph {
  const planned = new Set(plan.nodes.flatMap(({ node, decision }) => (decision === "quantized" ? [node] : [])));
  return edit(graph, (draft) => {
    for (const node of draft.nodes()) if (draft.has(node)) lowerQuantized(draft, node, planned);
    for (const node of draft.nodes()) if (draft.has(node)) lowerToFloat(draft, node);
    removeUnread(draft);
  });
}

/** An operator whose result is quantized again right after it. */
function lowerQuantized(draft: GraphDraft, quantize: Node, planned: ReadonlySet<string>): void {
  if (quantize.op !== "QuantizeLinear" || quantize.domain !== "") return;
  const output: Triple = [quantize.outputs[0]!, quantize.inputs[1]!, quantize.inputs[2]!];
  const chain = producingChain(draft, quantize, output);
  if (!chain || !planned.has(chain.node.name)) return;
  const { node, clamp } = chain;
  const inputs = node.inputs.map((name) => (name === "" ? undefined : dequantizedFrom(draft, name)));
  const lowered = integerForm(draft, node, inputs, output);
  if (!lowered) return;
  if (lowered.domain === MICROSOFT) draft.raiseOpset(MICROSOFT, 1);
  draft.replace(quantize, lowered);
  for (const left of clamp ? [clamp, node] : [node]) if (draft.has(left)) draft.remove(left);
}

/** The operator that makes the quantized value, and the clamp between them that rounding does for free. */
function producingChain(
  draft: GraphDraft,
  quantize: Node,
  output: Triple,
): { readonly node: Node; readonly clamp?: Node } | undefined {
  const node = draft.producer(quantize.inputs[0]!);
  if (!node || draft.onlyConsumer(quantize.inputs[0]!) !== quantize) return undefined;
  if (node.op !== "Relu" && node.op !== "Clip") return { node };
  const before = draft.producer(node.inputs[0]!);
  if (!before || draft.onlyConsumer(node.inputs[0]!) !== node || !roundingClamps(draft, node, output)) return undefined;
  return { node: before, clamp: node };
}

/** Whether the integers of `output` can't leave the bounds of the clamp by more than half a step. */
function roundingClamps(draft: GraphDraft, clamp: Node, [, scaleName, zeroName]: Triple): boolean {
  const scale = scalarOf(draft, scaleName);
  const zero = scalarOf(draft, zeroName);
  const dtype = draft.weight(zeroName)?.source.dtype;
  if (scale === undefined || zero === undefined || (dtype !== "uint8" && dtype !== "int8")) return false;
  const [low, high] = dtype === "uint8" ? [0, 255] : [-128, 127];
  const bounds = clamp.op === "Relu" ? [0, Infinity] : clipBounds(draft, clamp);
  if (!bounds) return false;
  return (low - zero) * scale >= bounds[0]! - scale / 2 && (high - zero) * scale <= bounds[1]! + scale / 2;
}

function clipBounds(draft: GraphDraft, { inputs, attributes }: Node): readonly [number, number] | undefined {
  const attributeOf = (name: string): number | undefined =>
    attributes[name]?.kind === "float" ? attributes[name].value : undefined;
  const inputOf = (position: number, otherwise: number): number | undefined => {
    const name = inputs[position];
    return name === undefined || name === "" ? otherwise : scalarOf(draft, name);
  };
  const low = attributeOf("min") ?? inputOf(1, -Infinity);
  const high = attributeOf("max") ?? inputOf(2, Infinity);
  return low === undefined || high === undefined ? undefined : [low, high];
}

function scalarOf(draft: GraphDraft, name: string): number | undefined {
  const source = draft.weight(name)?.source;
  return source && source.sizeBytes <= 8 ? numbersOf(source.tensor())[0] : undefined;
}

/** The integers behind a value that a DequantizeLinear makes. */
function dequantizedFrom(draft: GraphDraft, name: string): Triple | undefined {
  const node = draft.producer(name);
  return node?.op === "DequantizeLinear" && node.domain === "" && node.inputs.length === 3
    ? (node.inputs as unknown as Triple)
    : undefined;
}

/** The integer operator for a float one with quantized inputs and output, if there is one. */
function integerForm(
  draft: GraphDraft,
  node: Node,
  inputs: readonly (Triple | undefined)[],
  output: Triple,
): Node | undefined {
  const [y, yScale, yZero] = output;
  const make = (op: string, operands: readonly string[], attributes: Node["attributes"], domain = MICROSOFT): Node =>
    nodeOf(op, node.name, operands, [y], attributes, domain);
  const [a, b] = inputs;
  const all = inputs.every((input) => input !== undefined);
  switch (node.op) {
    case "Conv":
      if (!all || !sameTypes(draft, a!, output)) return undefined;
      return make(
        "QLinearConv",
        [...a!, ...b!, yScale, yZero, ...(inputs[2] ? [inputs[2][0]] : [])],
        node.attributes,
        "",
      );
    case "Add":
      return all && sameTypes(draft, a!, b!, output)
        ? make("QLinearAdd", [...a!, ...b!, yScale, yZero], {})
        : undefined;
    case "Concat":
      return all && sameTypes(draft, output, ...inputs.map((input) => input!))
        ? make("QLinearConcat", [yScale, yZero, ...inputs.flatMap((input) => [...input!])], node.attributes)
        : undefined;
    case "GlobalAveragePool":
      return a && sameTypes(draft, a, output)
        ? make("QLinearGlobalAveragePool", [...a, yScale, yZero], channelsFirst)
        : undefined;
    case "AveragePool":
      return a && sameTypes(draft, a, output)
        ? make("QLinearAveragePool", [...a, yScale, yZero], { ...node.attributes, ...channelsFirst })
        : undefined;
    default:
      return a && moving.has(node.op) && sameParameters(draft, a, output) ? movedIntegers(node, a, make) : undefined;
  }
}

type Make = (op: string, operands: readonly string[], attributes: Node["attributes"], domain?: string) => Node;

/** The same operator on integers; a Pad fills with the zero point, which is what zero is there. */
function movedIntegers(node: Node, [data, , zeroPoint]: Triple, make: Make): Node | undefined {
  const [, ...others] = node.inputs;
  if (node.op !== "Pad") return make(node.op, [data, ...others], node.attributes, "");
  const [pads, , ...axes] = others;
  return pads === undefined ? undefined : make("Pad", [data, pads, zeroPoint, ...axes], node.attributes, "");
}

const channelsFirst: Readonly<Record<string, Attribute>> = { channels_last: { kind: "int", value: 0 } };
/** Integer operators read and write activations of one type; rules may have asked for several. */
function sameTypes(draft: GraphDraft, ...values: readonly Triple[]): boolean {
  return new Set(values.map(([, , zero]) => draft.weight(zero)?.source.dtype)).size === 1;
}

function sameParameters(draft: GraphDraft, [, scale, zero]: Triple, [, otherScale, otherZero]: Triple): boolean {
  return (
    scalarOf(draft, scale) === scalarOf(draft, otherScale) &&
    scalarOf(draft, zero) === scalarOf(draft, otherZero) &&
    draft.weight(zero)?.source.dtype === draft.weight(otherZero)?.source.dtype
  );
}

/** MatMul and Gemm read integers and write float. */
function lowerToFloat(draft: GraphDraft, node: Node): void {
  if (node.domain !== "" || (node.op !== "MatMul" && node.op !== "Gemm")) return;
  const [a, b, c] = node.inputs.map((name) => dequantizedFrom(draft, name));
  if (!a || !b) return;
  if (node.op === "MatMul") {
    draft.raiseOpset(MICROSOFT, 1);
    const operands = [a[0], b[0], a[1], b[1], a[2], b[2]];
    const biased = biasAddAfter(draft, node, draft.weight(b[0])?.source.shape.at(-1));
    const { inputs, outputs } = biased
      ? { inputs: [...operands, biased.bias], outputs: biased.add.outputs }
      : { inputs: operands, outputs: node.outputs };
    draft.replace(node, nodeOf("MatMulIntegerToFloat", node.name, inputs, outputs, {}, MICROSOFT));
    if (biased) draft.remove(biased.add);
  } else if (node.inputs.length < 3 || c) {
    draft.raiseOpset(MICROSOFT, 1);
    draft.replace(
      node,
      nodeOf("QGemm", node.name, [...a, ...b, c?.[0] ?? ""], node.outputs, node.attributes, MICROSOFT),
    );
  }
}

/** The Add of a constant vector that alone reads a product: the kernel adds a bias while it writes. */
function biasAddAfter(
  draft: GraphDraft,
  { outputs }: Node,
  columns: number | undefined,
): { readonly add: Node; readonly bias: string } | undefined {
  const add = draft.onlyConsumer(outputs[0]!);
  if (add?.op !== "Add" || add.domain !== "" || add.inputs[0] === add.inputs[1]) return undefined;
  const bias = add.inputs.find((name) => name !== outputs[0])!;
  const source = draft.weight(bias)?.source;
  return source?.dtype === "float32" && source.shape.length === 1 && source.shape[0] === columns
    ? { add, bias }
    : undefined;
}

/** DequantizeLinear nodes that nothing reads any more, and the constants only they read. */
function removeUnread(draft: GraphDraft): void {
  for (const node of draft.nodes()) {
    if (
      node.op === "DequantizeLinear" &&
      node.outputs.every((name) => draft.consumers(name).length === 0 && !draft.isOutput(name))
    )
      draft.remove(node);
  }
  for (const name of [...draft.weights().keys()])
    if (draft.consumers(name).length === 0 && !draft.isOutput(name)) draft.removeWeight(name);
}
