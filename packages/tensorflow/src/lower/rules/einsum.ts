// Einsum: TensorFlow has it; for TensorFlow Lite a product of two is a BatchMatMul between changes of shape:
//   [batch, left, sum] x [batch, sum, right] = [batch, left, right]
// https://onnx.ai/onnx/operators/onnx__Einsum.html

import { productOfDims, type Dim } from "@tersor/core";
import { attr } from "../emitter.ts";
import { plainLayout } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";

/** The rules of this family. */
export const einsumRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["Einsum"], lower: (context) => [lowerEinsum(context)] }),
];

/** The axes of a product, by what becomes of them. */
interface Product {
  readonly batch: readonly string[];
  readonly left: readonly string[];
  readonly sum: readonly string[];
  readonly right: readonly string[];
}

function lowerEinsum(context: LowerContext): Stored {
  const equation = context.text("equation", "").replaceAll(" ", "");
  const { dtype, shape } = context.outputType();
  if (!equation.includes("->") || equation.includes(".")) context.refuse(`the equation "${equation}" is not supported`);
  const [labels = "", output = ""] = equation.split("->");
  if (labels.length === output.length && new Set(output).size === output.length && context.count === 1) {
    const { tensor, layout } = context.stored(0);
    return { tensor, layout: layout.map((axis) => output.indexOf(labels[axis]!)) };
  }
  if (context.target === "tflite") return asMatMul(context, equation);
  const operands = Array.from({ length: context.count }, (_, input) => context.in(input));
  const attributes = { T: attr.type(dtype), N: attr.int(operands.length), equation: attr.string(equation) };
  return context.emit("Einsum", operands, attributes, plainLayout(shape.length));
}

function asMatMul(context: LowerContext, equation: string): Stored {
  const [operands = "", output = ""] = equation.split("->");
  const [a = "", b = ""] = operands.split(",");
  const { batch, left, sum, right } = productOf(a, b, output) ?? context.refuse(`"${equation}" is no product of two`);
  const sizes = new Map<string, Dim>();
  [a, b].forEach((labels, input) =>
    [...labels].forEach((label, axis) => sizes.set(label, context.type(input).shape[axis]!)),
  );
  const count = (labels: readonly string[]): Dim => productOfDims(labels.map((label) => sizes.get(label)!));
  const [n, rows, inner, columns] = [batch, left, sum, right].map(count) as [Dim, Dim, Dim, Dim];
  const type = { T: attr.type("float32") };
  const folded = (input: number, labels: string, order: readonly string[], shape: readonly Dim[]): string => {
    const tensor = context.in(
      input,
      order.map((label) => labels.indexOf(label)),
    );
    return context.to.add("Reshape", [tensor, context.sizes(shape)], type, { dtype: "float32", shape });
  };
  const factors = [
    folded(0, a, [...batch, ...left, ...sum], [n, rows, inner]),
    folded(1, b, [...batch, ...sum, ...right], [n, inner, columns]),
  ];
  const attributes = { ...type, adj_x: attr.bool(false), adj_y: attr.bool(false) };
  const product = context.to.add("BatchMatMulV2", factors, attributes, { dtype: "float32", shape: [n, rows, columns] });
  const order = [...batch, ...left, ...right];
  const unfolded = context.sizes(order.map((label) => sizes.get(label)!));
  return context.emit(
    "Reshape",
    [product, unfolded],
    type,
    order.map((label) => output.indexOf(label)),
  );
}

/** undefined where an axis is repeated, or is summed in one factor alone. */
function productOf(a: string, b: string, output: string): Product | undefined {
  const isPlain = [a, b, output].every((labels) => new Set(labels).size === labels.length);
  const isWhole = [...output].every((label) => a.includes(label) || b.includes(label));
  const isPaired = [...a, ...b].every((label) => output.includes(label) || (a.includes(label) && b.includes(label)));
  if (!isPlain || !isWhole || !isPaired || b === "") return undefined;
  return {
    batch: [...output].filter((label) => a.includes(label) && b.includes(label)),
    left: [...output].filter((label) => !b.includes(label)),
    sum: [...a].filter((label) => !output.includes(label)),
    right: [...output].filter((label) => !a.includes(label)),
  };
}
