// Operations on tensors between layers: TFOpLambda and SlicingOpLambda of Keras 2 (tf.math.multiply, x[:, 0]), keras.ops
// of Keras 3. https://www.tensorflow.org/api_docs/python/tf, https://keras.io/api/ops/

import { attribute, dataTypes, type DataType } from "@tersor/core";
import { isList, isObject, type Json } from "../config/json.ts";
import { clip, functionNamed } from "./activations.ts";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import { axisOf, scalar, squeeze, unsqueeze } from "./layout.ts";
import { castTo, operandsOf, type Operands } from "./operands.ts";
import { getItem } from "./slicing.ts";

type Operation = (operands: Operands) => string | readonly string[];

const binary =
  (op: string): Operation =>
  ({ context, value }) =>
    context.to.add(op, [value(0, "x", "x1", "a"), value(1, "y", "x2", "b")]);

const unary =
  (op: string): Operation =>
  ({ context, value }) =>
    context.to.add(op, [value(0, "x")]);

const reduced =
  (op: string): Operation =>
  (operands) =>
    reduce(operands, op);

const operations: Readonly<Record<string, Operation>> = {
  add: binary("Add"),
  subtract: binary("Sub"),
  multiply: binary("Mul"),
  truediv: binary("Div"),
  divide: binary("Div"),
  true_divide: binary("Div"),
  pow: binary("Pow"),
  power: binary("Pow"),
  maximum: binary("Max"),
  minimum: binary("Min"),
  greater: binary("Greater"),
  greater_equal: binary("GreaterOrEqual"),
  less: binary("Less"),
  less_equal: binary("LessOrEqual"),
  equal: binary("Equal"),
  not_equal: (operands) => operands.context.to.add("Not", [binary("Equal")(operands) as string]),
  logical_and: binary("And"),
  logical_or: binary("Or"),
  logical_not: unary("Not"),
  bias_add: ({ context, value }) => context.to.add("Add", [value(0, "value"), value(1, "bias")]),
  abs: unary("Abs"),
  absolute: unary("Abs"),
  negative: unary("Neg"),
  exp: unary("Exp"),
  log: unary("Log"),
  sqrt: unary("Sqrt"),
  rsqrt: ({ context, value }) => context.to.add("Reciprocal", [context.to.add("Sqrt", [value(0, "x")])]),
  square: ({ context, value }) => context.to.add("Mul", [value(0, "x"), value(0, "x")]),
  reciprocal: unary("Reciprocal"),
  erf: unary("Erf"),
  sin: unary("Sin"),
  cos: unary("Cos"),
  floor: unary("Floor"),
  ceil: unary("Ceil"),
  round: unary("Round"),
  sign: unary("Sign"),
  identity: ({ value }) => value(0, "x"),
  stop_gradient: ({ value }) => value(0, "x"),
  convert_to_tensor: ({ value }) => value(0, "x", "value"),
  softmax: ({ context, value, plain }) =>
    context.to.add("Softmax", [value(0, "x", "logits")], { axis: attribute.int(Number(plain(1, "axis") ?? -1)) }),
  log_softmax: ({ context, value, plain }) =>
    context.to.add("LogSoftmax", [value(0, "x", "logits")], { axis: attribute.int(Number(plain(1, "axis") ?? -1)) }),
  clip_by_value: ({ context, value, plain }) =>
    clip(context, value(0, "t"), Number(plain(1, "clip_value_min")), Number(plain(2, "clip_value_max"))),
  clip: ({ context, value, plain }) =>
    clip(context, value(0, "x"), Number(plain(1, "x_min")), Number(plain(2, "x_max"))),
  reduce_mean: reduced("ReduceMean"),
  mean: reduced("ReduceMean"),
  reduce_sum: reduced("ReduceSum"),
  sum: reduced("ReduceSum"),
  reduce_max: reduced("ReduceMax"),
  max: reduced("ReduceMax"),
  amax: reduced("ReduceMax"),
  reduce_min: reduced("ReduceMin"),
  min: reduced("ReduceMin"),
  amin: reduced("ReduceMin"),
  reduce_prod: reduced("ReduceProd"),
  prod: reduced("ReduceProd"),
  l2_normalize: l2Normalize,
  matmul: matMul,
  where: ({ context, value }) =>
    context.to.add("Where", [value(0, "condition"), value(1, "x", "x1"), value(2, "y", "x2")]),
  reshape: ({ context, value, integers }) => {
    const sizes = integers(1, "shape", "newshape") ?? context.refuse("its shape is not known as numbers");
    return context.to.add("Reshape", [value(0, "tensor", "x"), context.to.int64s(sizes)]);
  },
  transpose: ({ context, value, integers }) => {
    const perm = integers(1, "perm", "axes");
    return context.to.add("Transpose", [value(0, "a", "x")], perm ? { perm: attribute.ints(perm) } : {});
  },
  expand_dims: ({ context, value, integers }) =>
    unsqueeze(context, value(0, "input", "x"), integers(1, "axis") ?? context.refuse("its axis is not known")),
  squeeze: ({ context, value, integers }) => {
    const axes = integers(1, "axis", "squeeze_dims");
    const x = value(0, "input", "x");
    return axes ? squeeze(context, x, axes) : context.to.add("Squeeze", [x]);
  },
  concat: joined,
  concatenate: joined,
  stack: ({ context, list, plain }) => {
    const axis = Number(plain(1, "axis") ?? 0);
    const values = list(0, "values", "x").map((value) => unsqueeze(context, value, [axis]));
    return context.to.add("Concat", values, { axis: attribute.int(axis) });
  },
  split,
  pad,
  cast,
  tile: ({ context, value, integers }) => {
    const repeats = integers(1, "multiples", "repeats") ?? context.refuse("its repeats are not known");
    return context.to.add("Tile", [value(0, "input", "x"), context.to.int64s(repeats)]);
  },
  getitem: (operands) => getItem(operands),
  get_item: (operands) => getItem(operands),
};

/** Names of keras.ops in a configuration, such as "ops.GetItem", and what they are here. */
function nameOf({ layer, config }: LayerContext): string {
  if (layer.className.startsWith("ops.")) return snake(layer.className.slice(4));
  const path = config.text("function");
  return path.slice(path.lastIndexOf(".") + 1);
}

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

/** Operations of Keras 2; those of Keras 3 come by `operationRule`. */
export const operationLayers: readonly LayerRule[] = [
  defineLayer({ classes: ["TFOpLambda", "SlicingOpLambda"], convert: (context) => operate(context) }),
];

/** The rule of all operations of keras.ops, whose classes begin with "ops.". */
export const operationRule: LayerRule = defineLayer({ classes: [], convert: (context) => operate(context) });

function operate(context: LayerContext): string | readonly string[] {
  const name = nameOf(context);
  if (Object.hasOwn(operations, name)) return operations[name]!(operandsOf(context));
  const activation = functionNamed(name);
  return activation ? activation(context, context.x) : context.refuse(`the operation "${name}" is not known`);
}

function reduce({ context, value, plain, integers }: Operands, op: string): string {
  const { to } = context;
  const x = value(0, "input_tensor", "x");
  const keepdims = attribute.int(plain(2, "keepdims") === true ? 1 : 0);
  const axes = integers(1, "axis")?.map((axis) => axisOf(context, x, axis));
  if (op === "ReduceSum") return to.add(op, axes ? [x, to.int64s(axes)] : [x], { keepdims });
  return to.add(op, [x], { keepdims, ...(axes && { axes: attribute.ints(axes) }) });
}

/** x / sqrt(max(sum(x^2), epsilon)) */
function l2Normalize({ context, value, plain, integers }: Operands): string {
  const { to } = context;
  const x = value(0, "x");
  const axes = attribute.ints(integers(1, "axis") ?? [-1]);
  const sum = to.add("ReduceSumSquare", [x], { axes, keepdims: attribute.int(1) });
  const least = scalar(context, Number(plain(2, "epsilon") ?? 1e-12));
  return to.add("Div", [x, to.add("Sqrt", [to.add("Max", [sum, least])])]);
}

function matMul({ context, value, plain }: Operands): string {
  const turned = (x: string, isTurned: boolean): string => {
    if (!isTurned) return x;
    const rank = context.shape(x).length;
    const axes = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
    return context.to.add("Transpose", [x], { perm: attribute.ints(axes) });
  };
  const a = turned(value(0, "a", "x1"), plain(2, "transpose_a") === true);
  return context.to.add("MatMul", [a, turned(value(1, "b", "x2"), plain(3, "transpose_b") === true)]);
}

function joined({ context, list, plain }: Operands): string {
  const axis = attribute.int(Number(plain(1, "axis") ?? 0));
  return context.to.add("Concat", list(0, "values", "xs"), { axis });
}

function split({ context, value, plain, integers }: Operands): readonly string[] {
  const { to, size, refuse } = context;
  const x = value(0, "value", "x");
  const axis = Number(plain(2, "axis") ?? 0);
  const given = integers(1, "num_or_size_splits", "indices_or_sections") ?? refuse("its sizes are not known");
  const isCount = !isList(plain(1, "num_or_size_splits", "indices_or_sections"));
  if (!isCount && context.layer.className.startsWith("ops.")) refuse("a split at indices is not supported");
  const count = isCount ? given[0]! : given.length;
  if (count < 1 || count > 10_000) refuse("its sizes are not known");
  const sizes = isCount ? new Array<number>(count).fill(size(x, axis) / count) : given;
  return to.addMany("Split", [x, to.int64s(sizes)], { axis: attribute.int(axis) }, { outputs: count });
}

function pad({ context, value, plain }: Operands): string {
  const { to, refuse } = context;
  const mode = plain(2, "mode");
  if (mode !== undefined && String(mode).toLowerCase() !== "constant") refuse("padding with other than constants");
  const pairs = plain(1, "paddings", "pad_width");
  if (!isList(pairs) || !pairs.every(isPair)) return refuse("its paddings are not known");
  const pads = to.int64s([...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)]);
  const fill = Number(plain(3, "constant_values") ?? 0);
  const x = value(0, "tensor", "x");
  return to.add("Pad", fill === 0 ? [x, pads] : [x, pads, scalar(context, fill)], {
    mode: attribute.string("constant"),
  });
}

function isPair(value: Json): value is readonly [number, number] {
  return isList(value) && value.length === 2 && value.every((item) => typeof item === "number" && item >= 0);
}

function cast({ context, value, plain }: Operands): string {
  const written = plain(1, "dtype");
  const name = isObject(written) ? written["config"] : written;
  const dtype = typeof name === "string" && Object.hasOwn(dataTypes, name) ? (name as DataType) : undefined;
  return castTo(context, value(0, "x"), dataTypes[dtype ?? context.refuse("its dtype is not known")].code);
}
