// Elementwise operators that TensorFlow has under another name, with the same broadcasting.
// https://onnx.ai/onnx/operators/

import { isFloat, dataTypeOf } from "@tersor/core";
import { attr, type Attributes } from "../emitter.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { commonLayout, operand } from "./operands.ts";

/** One operand, the same type out. */
const unary: Readonly<Record<string, string>> = {
  Ceil: "Ceil",
  Cos: "Cos",
  Erf: "Erf",
  Exp: "Exp",
  Floor: "Floor",
  Identity: "Identity",
  Log: "Log",
  Neg: "Neg",
  Relu: "Relu",
  Round: "Round",
  Sigmoid: "Sigmoid",
  Sign: "Sign",
  Sin: "Sin",
  Sqrt: "Sqrt",
  Tanh: "Tanh",
};

/** Two operands. */
const binary: Readonly<Record<string, string>> = {
  Add: "AddV2",
  Mul: "Mul",
  Pow: "Pow",
  Sub: "Sub",
  Equal: "Equal",
  Greater: "Greater",
  GreaterOrEqual: "GreaterEqual",
  Less: "Less",
  LessOrEqual: "LessEqual",
};

/** Any number of operands, two by two. */
const variadic: Readonly<Record<string, string>> = { Max: "Maximum", Min: "Minimum", Sum: "AddV2" };

/** Operands of truth. */
const logical: Readonly<Record<string, string>> = { And: "LogicalAnd", Or: "LogicalOr", Xor: "NotEqual" };

/** The rules of this family. */
export const elementwiseRules: readonly LoweringRule[] = [
  defineLowering({ ops: Object.keys(unary), lower: (context) => [lowerUnary(context, unary[context.node.op]!)] }),
  defineLowering({ ops: Object.keys(binary), lower: (context) => [lowerBinary(context, binary[context.node.op]!)] }),
  defineLowering({ ops: Object.keys(variadic), lower: (context) => [lowerVariadic(context)] }),
  defineLowering({ ops: Object.keys(logical), lower: (context) => [lowerLogical(context)] }),
  defineLowering({ ops: ["Abs"], lower: (context) => [lowerAbs(context)] }),
  defineLowering({ ops: ["IsNaN"], lower: (context) => [lowerIsNaN(context)] }),
  defineLowering({ ops: ["Not"], lower: (context) => [lowerNot(context)] }),
  defineLowering({ ops: ["Div"], lower: (context) => [lowerDiv(context)] }),
  defineLowering({ ops: ["Mod"], lower: (context) => [lowerMod(context)] }),
  defineLowering({ ops: ["Reciprocal"], lower: (context) => [lowerReciprocal(context)] }),
  defineLowering({ ops: ["Where"], lower: (context) => [lowerWhere(context)] }),
  defineLowering({ ops: ["Cast"], lower: (context) => [lowerCast(context)] }),
];

/** An operator of one operand, as it lies. */
export function lowerUnary(context: LowerContext, op: string, attributes: Attributes = {}): Stored {
  const { tensor, layout } = context.stored(0);
  return context.emit(op, [tensor], { T: attr.type(context.type(0).dtype), ...attributes }, layout);
}

function lowerBinary(context: LowerContext, op: string): Stored {
  const layout = commonLayout(context, [0, 1], context.outputType().shape.length);
  const operands = [0, 1].map((input) => operand(context, input, layout));
  return context.emit(op, operands, { T: attr.type(context.type(0).dtype) }, layout);
}

/** The operands in one layout, and that layout. */
function alignedOperands(context: LowerContext): {
  readonly operands: readonly string[];
  readonly layout: readonly number[];
} {
  const inputs = Array.from({ length: context.count }, (_, input) => input);
  const layout = commonLayout(context, inputs, context.outputType().shape.length);
  return { operands: inputs.map((input) => operand(context, input, layout)), layout };
}

function lowerVariadic(context: LowerContext): Stored {
  const { operands, layout } = alignedOperands(context);
  const [first, ...rest] = operands as [string, ...string[]];
  const attributes = { T: attr.type(context.type(0).dtype) };
  const op = variadic[context.node.op]!;
  if (rest.length === 0) return context.emit("Identity", [first], attributes, layout);
  const tensor = rest.reduce((left, right) => context.emit(op, [left, right], attributes, layout).tensor, first);
  return { tensor, layout };
}

function lowerLogical(context: LowerContext): Stored {
  const { operands, layout } = alignedOperands(context);
  const op = logical[context.node.op]!;
  return context.emit(op, operands, op === "NotEqual" ? { T: attr.type("bool") } : {}, layout);
}

/** |x| of int64 is max(x, -x) where there is no other way. */
function lowerAbs(context: LowerContext): Stored {
  const { dtype } = context.type(0);
  if (context.target === "graphdef" || dtype !== "int64") return lowerUnary(context, "Abs");
  const { tensor, layout } = context.stored(0);
  const attributes = { T: attr.type(dtype) };
  const { to } = context;
  const negative = to.add("Sub", [to.scalar(dtype, 0), tensor], attributes, to.type(tensor));
  return context.emit("Maximum", [tensor, negative], attributes, layout);
}

/** NaN is what does not equal itself. */
function lowerIsNaN(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  return context.emit("NotEqual", [tensor, tensor], { T: attr.type(context.type(0).dtype) }, layout);
}

function lowerNot(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  return context.emit("LogicalNot", [tensor], {}, layout);
}

/** ONNX rounds quotients of integers towards zero. */
function lowerDiv(context: LowerContext): Stored {
  const isReal = isFloat(context.type(0).dtype);
  if (!isReal && context.target === "tflite")
    context.refuse("TensorFlow Lite has no division of integers towards zero");
  return lowerBinary(context, isReal ? "RealDiv" : "TruncateDiv");
}

function lowerMod(context: LowerContext): Stored {
  const isTruncated = context.int("fmod", 0) !== 0;
  if (isTruncated && context.target === "tflite") context.refuse("TensorFlow Lite has no remainder towards zero");
  return lowerBinary(context, isTruncated ? "TruncateMod" : "FloorMod");
}

/** TensorFlow Lite has no reciprocal, but divides. */
function lowerReciprocal(context: LowerContext): Stored {
  if (context.target === "graphdef") return lowerUnary(context, "Reciprocal");
  const { tensor, layout } = context.stored(0);
  const one = context.to.scalar("float32", 1);
  return context.emit("RealDiv", [one, tensor], { T: attr.type("float32") }, layout);
}

function lowerWhere(context: LowerContext): Stored {
  const { operands, layout } = alignedOperands(context);
  return context.emit("SelectV2", operands, { T: attr.type(context.type(1).dtype) }, layout);
}

function lowerCast(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const wanted = dataTypeOf(context.int("to", 0)) ?? context.refuse("its element type is not known");
  return context.emit("Cast", [tensor], { SrcT: attr.type(context.type(0).dtype), DstT: attr.type(wanted) }, layout);
}
