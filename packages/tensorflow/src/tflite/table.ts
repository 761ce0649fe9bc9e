// Operations that have one operator in TensorFlow Lite: its name, versions, options, and what it does with int8.
// https://www.tensorflow.org/lite/performance/quantization_spec; versions as the kernels' registration has them.

import { attributeOf, numbersOfInput, type LiteContext } from "./context.ts";
import type { Scale } from "./draft.ts";
import type { LiteOptions } from "./model.ts";
import {
  activations,
  paddings,
  tensorTypes,
  type OperatorName,
  type OptionsName,
  type TensorTypeName,
} from "./schema.ts";
import { dataTypeOf } from "../dtype.ts";

/** What an operator does with int8. */
export type Int8Form =
  /** Inputs and output have scales of their own. */
  | { readonly kind: "rescales" }
  /** The output has the scale of the inputs. */
  | { readonly kind: "keeps" }
  /** The output's scale is fixed. */
  | { readonly kind: "fixed"; readonly codes: Scale };

/** One operator. */
export interface LiteRow {
  readonly op: OperatorName;
  /** Version with floats, and with int8. */
  readonly versions: readonly [number, number];
  /** undefined: there is no int8 form. */
  readonly int8?: Int8Form;
  /** Inputs that hold data; default all that are not dropped. Others are settings. */
  readonly data?: readonly number[];
  /** Inputs that are options here. */
  readonly dropped?: readonly number[];
  /** An input that is data, and constant: it is given the codes of the first. */
  readonly filler?: number;
  /** Whether Relu and Relu6 behind it are done by it. */
  readonly fuses?: boolean;
  readonly options?: (context: LiteContext) => LiteOptions;
}

const rescales: Int8Form = { kind: "rescales" };
const keeps: Int8Form = { kind: "keeps" };
const fixed = (scale: number, zeroPoint: number): Int8Form => ({ kind: "fixed", codes: { scale, zeroPoint } });

/** Options without fields. */
const empty = (table: OptionsName) => (): LiteOptions => ({ table, values: {} });

/** The activation that is fused. */
const fused =
  (table: OptionsName) =>
  ({ activation }: LiteContext): LiteOptions => ({ table, values: { activation: activations[activation] } });

const float = (op: OperatorName, table?: OptionsName): LiteRow => ({
  op,
  versions: [1, 1],
  ...(table && { options: empty(table) }),
});

const arithmetic = (op: OperatorName, table: OptionsName, int8?: Int8Form): LiteRow => ({
  op,
  versions: [1, 2],
  fuses: true,
  options: fused(table),
  ...(int8 && { int8 }),
});

const moves = (op: OperatorName, table?: OptionsName, versions: readonly [number, number] = [1, 2]): LiteRow => ({
  op,
  versions,
  int8: keeps,
  data: [0],
  ...(table && { options: empty(table) }),
});

const reduces = (op: OperatorName, int8?: Int8Form): LiteRow => ({
  op,
  versions: [1, 2],
  data: [0],
  ...(int8 && { int8 }),
  options: (context) => ({
    table: "Reducer",
    values: { keepDims: attributeOf(context, "keep_dims", "bool") ?? false },
  }),
});

const pools = (op: OperatorName): LiteRow => ({
  op,
  versions: [1, 2],
  int8: keeps,
  fuses: true,
  options: (context) => {
    const [, filterHeight = 1, filterWidth = 1] = attributeOf(context, "ksize", "ints") ?? [];
    return { table: "Pool2D", values: { ...windowValues(context), filterHeight, filterWidth } };
  },
});

const resizes = (op: OperatorName, table: OptionsName): LiteRow => ({
  op,
  versions: [3, 3],
  int8: keeps,
  data: [0],
  options: (context) => ({
    table,
    values: {
      alignCorners: attributeOf(context, "align_corners", "bool") ?? false,
      halfPixelCenters: attributeOf(context, "half_pixel_centers", "bool") ?? false,
    },
  }),
});

const blocks = (op: OperatorName, table: OptionsName): LiteRow => ({
  op,
  versions: [1, 1],
  int8: keeps,
  options: (context) => ({ table, values: { blockSize: attributeOf(context, "block_size", "int") ?? 1 } }),
});

const chooses = (op: OperatorName, table: OptionsName): LiteRow => ({
  op,
  versions: [1, 2],
  data: [0],
  options: (context) => ({ table, values: { outputType: typeNumber(context, "output_type") } }),
});

/** Strides, padding and activation of a window. */
export function windowValues(context: LiteContext): LiteOptions["values"] {
  const [, strideH = 1, strideW = 1] = attributeOf(context, "strides", "ints") ?? [];
  const padding = attributeOf(context, "padding", "string") === "SAME" ? paddings.SAME : paddings.VALID;
  return { strideH, strideW, padding, activation: activations[context.activation] };
}

function typeNumber(context: LiteContext, name: string): number {
  const dtype = dataTypeOf(attributeOf(context, name, "type") ?? "FLOAT");
  return tensorTypes[(dtype ?? "float32") as TensorTypeName];
}

/** Operators by TensorFlow's operation. */
export const liteRows: Readonly<Record<string, LiteRow>> = {
  Abs: float("ABS", "Abs"),
  AddV2: arithmetic("ADD", "Add", rescales),
  ArgMax: chooses("ARG_MAX", "ArgMax"),
  ArgMin: chooses("ARG_MIN", "ArgMin"),
  AvgPool: pools("AVERAGE_POOL_2D"),
  BatchMatMulV2: {
    op: "BATCH_MATMUL",
    versions: [1, 2],
    int8: rescales,
    options: (context) => ({
      table: "BatchMatMul",
      values: {
        adjX: attributeOf(context, "adj_x", "bool") ?? false,
        adjY: attributeOf(context, "adj_y", "bool") ?? false,
      },
    }),
  },
  BiasAdd: arithmetic("ADD", "Add"),
  BroadcastTo: { op: "BROADCAST_TO", versions: [2, 2], data: [0], options: empty("BroadcastTo") },
  Cast: {
    op: "CAST",
    versions: [1, 1],
    options: (context) => ({
      table: "Cast",
      values: { from: typeNumber(context, "SrcT"), to: typeNumber(context, "DstT") },
    }),
  },
  Ceil: float("CEIL"),
  Cos: float("COS", "Cos"),
  Cumsum: {
    op: "CUMSUM",
    versions: [1, 1],
    data: [0],
    options: (context) => ({
      table: "Cumsum",
      values: {
        exclusive: attributeOf(context, "exclusive", "bool") ?? false,
        reverse: attributeOf(context, "reverse", "bool") ?? false,
      },
    }),
  },
  DepthToSpace: blocks("DEPTH_TO_SPACE", "DepthToSpace"),
  Elu: { op: "ELU", versions: [1, 1], int8: rescales },
  Equal: float("EQUAL", "Equal"),
  Exp: float("EXP", "Exp"),
  ExpandDims: moves("EXPAND_DIMS", "ExpandDims", [1, 1]),
  Fill: float("FILL", "Fill"),
  Floor: float("FLOOR"),
  FloorMod: float("FLOOR_MOD", "FloorMod"),
  GatherNd: float("GATHER_ND", "GatherNd"),
  GatherV2: {
    op: "GATHER",
    versions: [1, 2],
    int8: keeps,
    data: [0],
    dropped: [2],
    options: (context) => ({
      table: "Gather",
      values: { axis: numbersOfInput(context, 2)[0] ?? 0, batchDims: attributeOf(context, "batch_dims", "int") ?? 0 },
    }),
  },
  Gelu: {
    op: "GELU",
    versions: [1, 2],
    int8: rescales,
    options: (context) => ({
      table: "Gelu",
      values: { approximate: attributeOf(context, "approximate", "bool") ?? false },
    }),
  },
  Greater: float("GREATER", "Greater"),
  GreaterEqual: float("GREATER_EQUAL", "GreaterEqual"),
  HardSwish: { op: "HARD_SWISH", versions: [1, 1], int8: rescales, options: empty("HardSwish") },
  LRN: {
    op: "LOCAL_RESPONSE_NORMALIZATION",
    versions: [1, 1],
    options: (context) => ({
      table: "LocalResponseNormalization",
      values: {
        radius: attributeOf(context, "depth_radius", "int") ?? 5,
        bias: attributeOf(context, "bias", "float") ?? 1,
        alpha: attributeOf(context, "alpha", "float") ?? 1,
        beta: attributeOf(context, "beta", "float") ?? 0.5,
      },
    }),
  },
  LeakyRelu: {
    op: "LEAKY_RELU",
    versions: [1, 2],
    int8: rescales,
    options: (context) => ({ table: "LeakyRelu", values: { alpha: attributeOf(context, "alpha", "float") ?? 0.2 } }),
  },
  Less: float("LESS", "Less"),
  LessEqual: float("LESS_EQUAL", "LessEqual"),
  Log: float("LOG"),
  LogSoftmax: { op: "LOG_SOFTMAX", versions: [1, 2], int8: fixed(16 / 256, 127), options: empty("LogSoftmax") },
  LogicalAnd: float("LOGICAL_AND", "LogicalAnd"),
  LogicalNot: float("LOGICAL_NOT", "LogicalNot"),
  LogicalOr: float("LOGICAL_OR", "LogicalOr"),
  Max: reduces("REDUCE_MAX", keeps),
  MaxPool: pools("MAX_POOL_2D"),
  Maximum: float("MAXIMUM", "MaximumMinimum"),
  Mean: reduces("MEAN", rescales),
  Min: reduces("REDUCE_MIN", keeps),
  Minimum: float("MINIMUM", "MaximumMinimum"),
  MirrorPad: {
    op: "MIRROR_PAD",
    versions: [1, 2],
    int8: keeps,
    data: [0],
    options: (context) => ({
      table: "MirrorPad",
      values: { mode: attributeOf(context, "mode", "string") === "SYMMETRIC" ? 1 : 0 },
    }),
  },
  Mul: arithmetic("MUL", "Mul", rescales),
  Neg: float("NEG", "Neg"),
  NotEqual: float("NOT_EQUAL", "NotEqual"),
  OneHot: {
    op: "ONE_HOT",
    versions: [1, 1],
    options: (context) => ({ table: "OneHot", values: { axis: attributeOf(context, "axis", "int") ?? -1 } }),
  },
  Pack: {
    op: "PACK",
    versions: [1, 1],
    options: (context) => ({
      table: "Pack",
      values: { valuesCount: context.inputs.length, axis: attributeOf(context, "axis", "int") ?? 0 },
    }),
  },
  Pad: moves("PAD", "Pad"),
  PadV2: { ...moves("PADV2", "PadV2"), filler: 2 },
  Pow: float("POW", "Pow"),
  Prelu: float("PRELU"),
  Prod: reduces("REDUCE_PROD"),
  Range: float("RANGE", "Range"),
  RealDiv: { ...arithmetic("DIV", "Div"), versions: [1, 1] },
  Relu: { op: "RELU", versions: [1, 2], int8: rescales },
  Relu6: { op: "RELU6", versions: [1, 2], int8: rescales },
  Reshape: moves("RESHAPE", undefined, [1, 1]),
  ResizeBilinear: resizes("RESIZE_BILINEAR", "ResizeBilinear"),
  ResizeNearestNeighbor: resizes("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighbor"),
  Round: float("ROUND"),
  Rsqrt: float("RSQRT"),
  SelectV2: float("SELECT_V2", "SelectV2"),
  Sigmoid: { op: "LOGISTIC", versions: [1, 2], int8: fixed(1 / 256, -128) },
  Sign: float("SIGN", "Sign"),
  Sin: float("SIN"),
  Slice: moves("SLICE", "Slice"),
  Softmax: {
    op: "SOFTMAX",
    versions: [1, 2],
    int8: fixed(1 / 256, -128),
    options: () => ({ table: "Softmax", values: { beta: 1 } }),
  },
  SpaceToDepth: blocks("SPACE_TO_DEPTH", "SpaceToDepth"),
  Split: {
    op: "SPLIT",
    versions: [1, 2],
    int8: keeps,
    data: [1],
    options: (context) => ({ table: "Split", values: { numSplits: context.outputs.length } }),
  },
  SplitV: {
    op: "SPLIT_V",
    versions: [1, 2],
    int8: keeps,
    data: [0],
    options: (context) => ({ table: "SplitV", values: { numSplits: context.outputs.length } }),
  },
  Sqrt: float("SQRT"),
  Square: float("SQUARE", "Square"),
  SquaredDifference: float("SQUARED_DIFFERENCE", "SquaredDifference"),
  Squeeze: {
    op: "SQUEEZE",
    versions: [1, 1],
    int8: keeps,
    options: (context) => ({
      table: "Squeeze",
      values: { squeezeDims: attributeOf(context, "squeeze_dims", "ints") ?? [] },
    }),
  },
  StridedSlice: {
    ...moves("STRIDED_SLICE"),
    options: (context) => ({
      table: "StridedSlice",
      values: {
        beginMask: attributeOf(context, "begin_mask", "int") ?? 0,
        endMask: attributeOf(context, "end_mask", "int") ?? 0,
        shrinkAxisMask: attributeOf(context, "shrink_axis_mask", "int") ?? 0,
      },
    }),
  },
  Sub: arithmetic("SUB", "Sub", rescales),
  Sum: reduces("SUM", rescales),
  Tanh: { op: "TANH", versions: [1, 2], int8: fixed(1 / 128, 0) },
  Tile: { op: "TILE", versions: [1, 1], data: [0], options: empty("Tile") },
  TopKV2: { op: "TOPK_V2", versions: [1, 2], options: empty("TopKV2") },
  Transpose: moves("TRANSPOSE", "Transpose"),
};
