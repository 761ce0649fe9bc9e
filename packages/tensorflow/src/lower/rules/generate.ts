// Operators that make numbers from sizes, and that choose by lists of indices.
// https://onnx.ai/onnx/operators/onnx__Shape.html, onnx__OneHot.html, onnx__ConstantOfShape.html

import { numbersOf, type DataType } from "@tersor/core";
import { attr } from "../emitter.ts";
import { isPlain, plainLayout } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { axisOf } from "./move.ts";

/** The rules of this family. */
export const generateRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["ConstantOfShape"], lower: (context) => [lowerConstantOfShape(context)] }),
  defineLowering({ ops: ["CumSum"], lower: (context) => [lowerCumSum(context)] }),
  defineLowering({ ops: ["GatherND"], lower: (context) => [lowerGatherNd(context)] }),
  defineLowering({ ops: ["OneHot"], lower: (context) => [lowerOneHot(context)] }),
  defineLowering({ ops: ["Range"], lower: (context) => [lowerRange(context)] }),
  defineLowering({ ops: ["Shape"], lower: (context) => [lowerShape(context)] }),
];

const plain1 = plainLayout(1);

/** The sizes in ONNX's order, from the tensor as it lies; a part of them where that is asked for. */
function lowerShape(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const attributes = { T: attr.type(context.type(0).dtype), out_type: attr.type("int64") };
  const all = context.to.add("Shape", [tensor], attributes, { dtype: "int64", shape: [layout.length] });
  const isPart = context.int("start", 0) !== 0 || context.node.attributes["end"] !== undefined;
  if (isPlain(layout) && !isPart) return { tensor: all, layout: plain1 };
  const axes = layout.map((_, axis) => layout.indexOf(axis));
  const order = context.to.ints(axes.slice(context.int("start", 0), context.int("end", axes.length)));
  const types = { Tparams: attr.type("int64"), Tindices: attr.type("int32"), Taxis: attr.type("int32") };
  return context.emit("GatherV2", [all, order, context.to.scalar("int32", 0)], types, plain1);
}

function lowerRange(context: LowerContext): Stored {
  const { dtype } = context.outputType();
  return context.emit("Range", [context.in(0), context.in(1), context.in(2)], { Tidx: attr.type(dtype) }, plain1);
}

function lowerConstantOfShape(context: LowerContext): Stored {
  const { dtype, shape } = context.outputType();
  const value = context.node.attributes["value"];
  const number = value?.kind === "tensor" ? (numbersOf(value.value.tensor())[0] ?? 0) : 0;
  const attributes = { T: attr.type(dtype), index_type: attr.type("int64") };
  return context.emit("Fill", [context.in(0), context.to.scalar(dtype, number)], attributes, plainLayout(shape.length));
}

function lowerOneHot(context: LowerContext): Stored {
  const { dtype, shape } = context.outputType();
  const indices = context.type(0).dtype;
  const depth = context.numbers(1)?.[0] ?? context.refuse("its depth is missing");
  const [off = 0, on = 1] = context.numbers(2) ?? [];
  if (indices !== "int32" && indices !== "int64" && indices !== "uint8")
    context.refuse(`its indices can't be ${indices}`);
  const attributes = {
    T: attr.type(dtype),
    TI: attr.type(indices),
    axis: attr.int(axisOf(context, context.int("axis", -1), shape.length)),
  };
  const operands = [
    context.in(0),
    context.to.scalar("int32", depth),
    context.to.scalar(dtype, on),
    context.to.scalar(dtype, off),
  ];
  return context.emit("OneHot", operands, attributes, plainLayout(shape.length));
}

function lowerCumSum(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const axis = axisOf(context, context.numbers(1)?.[0] ?? 0, layout.length);
  const attributes = {
    T: attr.type(context.type(0).dtype),
    Tidx: attr.type("int32"),
    exclusive: attr.bool(context.int("exclusive", 0) !== 0),
    reverse: attr.bool(context.int("reverse", 0) !== 0),
  };
  return context.emit("Cumsum", [tensor, context.to.scalar("int32", layout.indexOf(axis))], attributes, layout);
}

/** TensorFlow Lite does not choose among truths, but among numbers. */
function lowerGatherNd(context: LowerContext): Stored {
  if (context.int("batch_dims", 0) !== 0) context.refuse("axes of batches are not supported");
  const { dtype, shape } = context.outputType();
  const layout = plainLayout(shape.length);
  const asNumbers = context.target === "tflite" && dtype === "bool";
  const element = asNumbers ? "int32" : dtype;
  const attributes = { Tparams: attr.type(element), Tindices: attr.type(context.type(1).dtype) };
  const data = context.in(0);
  if (!asNumbers) return context.emit("GatherNd", [data, context.in(1)], attributes, layout);
  const { to } = context;
  const cast = (from: DataType, into: DataType) => ({ SrcT: attr.type(from), DstT: attr.type(into) });
  const numbers = to.add("Cast", [data], cast("bool", "int32"), { dtype: "int32", shape: context.type(0).shape });
  const chosen = to.add("GatherNd", [numbers, context.in(1)], attributes, { dtype: "int32", shape });
  return context.emit("Cast", [chosen], cast("int32", "bool"), layout);
}
