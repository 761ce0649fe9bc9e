// Operations on single elements that ONNX has under another name, or as two or three of its own.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops

import { attribute, integerRange, isFloat, type GraphBuilder } from "@tersor/core";
import { elementType, floatOf, scalarLike } from "../building.ts";
import { defineRule, type TensorFlowRule } from "../rule.ts";
import { wide } from "../wide.ts";

/** TensorFlow's name and ONNX's, where inputs, broadcasting and meaning are the same. */
const same: Readonly<Record<string, string>> = {
  Abs: "Abs",
  Acos: "Acos",
  Acosh: "Acosh",
  Asin: "Asin",
  Asinh: "Asinh",
  Atan: "Atan",
  Atanh: "Atanh",
  Ceil: "Ceil",
  Cos: "Cos",
  Cosh: "Cosh",
  Erf: "Erf",
  Exp: "Exp",
  Floor: "Floor",
  Inv: "Reciprocal",
  IsInf: "IsInf",
  IsNan: "IsNaN",
  Log: "Log",
  LogicalAnd: "And",
  LogicalNot: "Not",
  LogicalOr: "Or",
  Pow: "Pow",
  RealDiv: "Div",
  Reciprocal: "Reciprocal",
  Rint: "Round",
  Sign: "Sign",
  Sin: "Sin",
  Sinh: "Sinh",
  Sqrt: "Sqrt",
  Tan: "Tan",
};

/** The same, for operations that sizes and indices are computed with. */
const sameOnSizes: Readonly<Record<string, string>> = {
  Add: "Add",
  AddV2: "Add",
  Mul: "Mul",
  Neg: "Neg",
  Sub: "Sub",
};

type Formula = (to: GraphBuilder, inputs: readonly string[]) => string;

/** Operations of one or two operands as a few nodes. */
const formulas: Readonly<Record<string, Formula>> = {
  Erfc: (to, [x]) => to.add("Sub", [scalarLike(to, x!, 1), to.add("Erf", [x!])]),
  Expm1: (to, [x]) => to.add("Sub", [to.add("Exp", [x!]), scalarLike(to, x!, 1)]),
  Invert: invert,
  IsFinite: (to, [x]) => to.add("Not", [to.add("Or", [to.add("IsInf", [x!]), to.add("IsNaN", [x!])])]),
  Log1p: (to, [x]) => to.add("Log", [to.add("Add", [x!, scalarLike(to, x!, 1)])]),
  MulNoNan: (to, [x, y]) => whereZero(to, y!, y!, to.add("Mul", [x!, y!])),
  DivNoNan: (to, [x, y]) => whereZero(to, y!, y!, to.add("Div", [x!, y!])),
  Rsqrt: (to, [x]) => to.add("Reciprocal", [to.add("Sqrt", [x!])]),
  Xdivy: (to, [x, y]) => whereZero(to, x!, x!, to.add("Div", [x!, y!])),
  Xlog1py: (to, [x, y]) =>
    whereZero(to, x!, x!, to.add("Mul", [x!, to.add("Log", [to.add("Add", [y!, scalarLike(to, y!, 1)])])])),
  Xlogy: (to, [x, y]) => whereZero(to, x!, x!, to.add("Mul", [x!, to.add("Log", [y!])])),
};

/** Operations that hand their first input on. */
const passing = [
  "CheckNumerics",
  "DebugGradientIdentity",
  "EnsureShape",
  "Identity",
  "IdentityN",
  "PlaceholderWithDefault",
  "PreventGradient",
  "Snapshot",
  "StopGradient",
];

/** The result where the divisor (or factor) is not zero, else that zero. */
function whereZero(to: GraphBuilder, tested: string, zero: string, result: string): string {
  return to.add("Where", [to.add("Equal", [tested, scalarLike(to, tested, 0)]), zero, result]);
}

/** All bits turned: -1 - x, or the largest value - x where there is no sign. */
function invert(to: GraphBuilder, [x]: readonly string[]): string {
  const [low, high] = integerRange(to.dtype(x!) ?? "int32");
  return to.add("Sub", [scalarLike(to, x!, low < 0 ? -1 : high), x!]);
}

/** Half to even, as ONNX does; an integer is round already. */
const round = defineRule({
  ops: ["Round"],
  convert: (context) => (isFloat(elementType(context)) ? [context.to.add("Round", context.inputs)] : context.inputs),
});

const square = defineRule({
  ops: ["Square"],
  convert: wide(({ to, inputs: [x] }) => [to.add("Mul", [x!, x!])]),
});

const squaredDifference = defineRule({
  ops: ["SquaredDifference"],
  convert: ({ to, inputs }) => {
    const difference = to.add("Sub", inputs);
    return [to.add("Mul", [difference, difference])];
  },
});

const atan2 = defineRule({
  ops: ["Atan2"],
  convert: ({ to, inputs: [y, x] }) => {
    const angle = to.add("Atan", [to.add("Div", [y!, x!])]);
    const isLeft = to.add("Less", [x!, scalarLike(to, x!, 0)]);
    const half = to.add("Where", [
      to.add("Less", [y!, scalarLike(to, y!, 0)]),
      scalarLike(to, y!, -Math.PI),
      scalarLike(to, y!, Math.PI),
    ]);
    const turned = to.add("Where", [isLeft, to.add("Add", [angle, half]), angle]);
    const isOrigin = to.add("And", [
      to.add("Equal", [x!, scalarLike(to, x!, 0)]),
      to.add("Equal", [y!, scalarLike(to, y!, 0)]),
    ]);
    return [to.add("Where", [isOrigin, scalarLike(to, y!, 0), turned])];
  },
});

/** ONNX's Sum takes floats only; other types are added one by one. */
const addN = defineRule({
  ops: ["AddN", "AccumulateNV2"],
  convert: (context) => {
    const { to, inputs } = context;
    if (isFloat(elementType(context))) return [inputs.length === 1 ? inputs[0]! : to.add("Sum", inputs)];
    return [inputs.reduce((sum, value) => to.add("Add", [sum, value]))];
  },
});

/** Bounds that are scalars make a Clip; others take part in the broadcasting. */
const clipByValue = defineRule({
  ops: ["ClipByValue"],
  convert: ({ to, inputs, shape }) => {
    if (shape(1)?.length === 0 && shape(2)?.length === 0) return [to.add("Clip", inputs)];
    return [to.add("Min", [to.add("Max", [inputs[0]!, inputs[1]!]), inputs[2]!])];
  },
});

const approximateEqual = defineRule({
  ops: ["ApproximateEqual"],
  convert: (context) => {
    const { to, inputs } = context;
    const distance = to.add("Abs", [to.add("Sub", inputs)]);
    return [to.add("Less", [distance, scalarLike(to, distance, floatOf(context, "tolerance", 1e-5))])];
  },
});

/** Bits of unsigned integers; a signed one moved to the right would need its sign kept. */
const shifts = defineRule({
  ops: ["LeftShift", "RightShift"],
  convert: (context) => {
    const { node, to, inputs } = context;
    if (!elementType(context).startsWith("uint")) context.refuse("ONNX shifts the bits of unsigned integers only");
    const direction = attribute.string(node.op === "LeftShift" ? "LEFT" : "RIGHT");
    return [to.add("BitShift", inputs, { direction })];
  },
});

export const elementwise: readonly TensorFlowRule[] = [
  defineRule({ ops: Object.keys(same), convert: ({ node, to, inputs }) => [to.add(same[node.op]!, inputs)] }),
  defineRule({
    ops: Object.keys(sameOnSizes),
    convert: wide(({ node, to, inputs }) => [to.add(sameOnSizes[node.op]!, inputs)]),
  }),
  defineRule({ ops: Object.keys(formulas), convert: ({ node, to, inputs }) => [formulas[node.op]!(to, inputs)] }),
  defineRule({ ops: passing, convert: ({ inputs }) => inputs }),
  addN,
  approximateEqual,
  atan2,
  clipByValue,
  round,
  shifts,
  square,
  squaredDifference,
];
