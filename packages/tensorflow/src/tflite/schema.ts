// The TensorFlow Lite file format, as far as it is written: tables with the slots of their fields, and the numbers of
// enumerations. A field that is left out has the format's default.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs

/** The first bytes after the root: every file says that it is one. */
export const FILE_IDENTIFIER = "TFL3";
/** The version of the schema that all readers of today expect. */
export const SCHEMA_VERSION = 3;

/** How a field is stored. A name in brackets is a vector; a capital begins the name of a table. */
export type FieldType =
  | "bool"
  | "int8"
  | "uint8"
  | "int32"
  | "uint32"
  | "float32"
  | "string"
  | "[int32]"
  | "[int64]"
  | "[float32]"
  | "bytes"
  | "options"
  | `[${TableName}]`
  | TableName;

/** The tables that are not options of operators. */
export type TableName =
  | "Buffer"
  | "Operator"
  | "OperatorCode"
  | "QuantizationParameters"
  | "SignatureDef"
  | "SubGraph"
  | "Tensor"
  | "TensorMap";

/** Fields in the order of their slots; null is a slot that is never written. */
export type Fields = readonly (readonly [name: string, type: FieldType] | null)[];

/** The tables of a model. */
export const tables: Readonly<Record<TableName | "Model", Fields>> = {
  Model: [
    ["version", "uint32"],
    ["operatorCodes", "[OperatorCode]"],
    ["subgraphs", "[SubGraph]"],
    ["description", "string"],
    ["buffers", "[Buffer]"],
    null,
    null,
    ["signatures", "[SignatureDef]"],
  ],
  OperatorCode: [["deprecatedCode", "int8"], null, ["version", "int32"], ["code", "int32"]],
  SubGraph: [
    ["tensors", "[Tensor]"],
    ["inputs", "[int32]"],
    ["outputs", "[int32]"],
    ["operators", "[Operator]"],
    ["name", "string"],
  ],
  Tensor: [
    ["shape", "[int32]"],
    ["type", "int8"],
    ["buffer", "uint32"],
    ["name", "string"],
    ["quantization", "QuantizationParameters"],
    null,
    null,
    null,
    ["hasRank", "bool"],
  ],
  QuantizationParameters: [
    null,
    null,
    ["scale", "[float32]"],
    ["zeroPoint", "[int64]"],
    null,
    null,
    ["dimension", "int32"],
  ],
  Buffer: [["data", "bytes"]],
  Operator: [
    ["code", "uint32"],
    ["inputs", "[int32]"],
    ["outputs", "[int32]"],
    ["optionsType", "uint8"],
    ["options", "options"],
  ],
  TensorMap: [
    ["name", "string"],
    ["tensor", "uint32"],
  ],
  SignatureDef: [
    ["inputs", "[TensorMap]"],
    ["outputs", "[TensorMap]"],
    ["key", "string"],
    null,
    ["subgraph", "uint32"],
  ],
};

const window: Fields = [
  ["padding", "int8"],
  ["strideW", "int32"],
  ["strideH", "int32"],
];
const activation = ["activation", "int8"] as const;
const dilations: Fields = [
  ["dilationW", "int32"],
  ["dilationH", "int32"],
];
const resize: Fields = [
  ["alignCorners", "bool"],
  ["halfPixelCenters", "bool"],
];

/** Options of operators: the number of the union's member, and its fields. */
export const optionTables = {
  Conv2D: [1, [...window, activation, ...dilations]],
  DepthwiseConv2D: [2, [...window, ["depthMultiplier", "int32"], activation, ...dilations]],
  Pool2D: [5, [...window, ["filterWidth", "int32"], ["filterHeight", "int32"], activation]],
  FullyConnected: [8, [activation, null, ["keepNumDims", "bool"]]],
  Softmax: [9, [["beta", "float32"]]],
  Concatenation: [10, [["axis", "int32"], activation]],
  Add: [11, [activation]],
  LocalResponseNormalization: [
    13,
    [
      ["radius", "int32"],
      ["bias", "float32"],
      ["alpha", "float32"],
      ["beta", "float32"],
    ],
  ],
  ResizeBilinear: [15, [null, null, ...resize]],
  Reshape: [17, [["newShape", "[int32]"]]],
  SpaceToDepth: [19, [["blockSize", "int32"]]],
  Mul: [21, [activation]],
  Pad: [22, []],
  Gather: [
    23,
    [
      ["axis", "int32"],
      ["batchDims", "int32"],
    ],
  ],
  Transpose: [26, []],
  Reducer: [27, [["keepDims", "bool"]]],
  Sub: [28, [activation]],
  Div: [29, [activation]],
  Squeeze: [30, [["squeezeDims", "[int32]"]]],
  StridedSlice: [32, [["beginMask", "int32"], ["endMask", "int32"], null, null, ["shrinkAxisMask", "int32"]]],
  Exp: [33, []],
  TopKV2: [34, []],
  Split: [35, [["numSplits", "int32"]]],
  LogSoftmax: [36, []],
  Cast: [
    37,
    [
      ["from", "int8"],
      ["to", "int8"],
    ],
  ],
  Dequantize: [38, []],
  MaximumMinimum: [39, []],
  ArgMax: [40, [["outputType", "int8"]]],
  Less: [41, []],
  Neg: [42, []],
  PadV2: [43, []],
  Greater: [44, []],
  GreaterEqual: [45, []],
  LessEqual: [46, []],
  Slice: [48, []],
  TransposeConv: [49, [...window, activation]],
  Tile: [51, []],
  ExpandDims: [52, []],
  Equal: [53, []],
  NotEqual: [54, []],
  Pow: [56, []],
  ArgMin: [57, [["outputType", "int8"]]],
  Pack: [
    59,
    [
      ["valuesCount", "int32"],
      ["axis", "int32"],
    ],
  ],
  LogicalOr: [60, []],
  OneHot: [61, [["axis", "int32"]]],
  LogicalAnd: [62, []],
  LogicalNot: [63, []],
  Square: [66, []],
  Fill: [68, []],
  FloorMod: [72, []],
  Range: [73, []],
  ResizeNearestNeighbor: [74, resize],
  LeakyRelu: [75, [["alpha", "float32"]]],
  SquaredDifference: [76, []],
  MirrorPad: [77, [["mode", "int8"]]],
  Abs: [78, []],
  SplitV: [79, [["numSplits", "int32"]]],
  GatherNd: [83, []],
  Cos: [84, []],
  Quantize: [89, []],
  HardSwish: [91, []],
  DepthToSpace: [94, [["blockSize", "int32"]]],
  SelectV2: [98, []],
  BatchMatMul: [
    101,
    [
      ["adjX", "bool"],
      ["adjY", "bool"],
    ],
  ],
  Cumsum: [
    102,
    [
      ["exclusive", "bool"],
      ["reverse", "bool"],
    ],
  ],
  BroadcastTo: [104, []],
  Gelu: [116, [["approximate", "bool"]]],
  Sign: [123, []],
} as const satisfies Readonly<Record<string, readonly [number, Fields]>>;

/** The name of a table of options. */
export type OptionsName = keyof typeof optionTables;

/** Numbers of the built-in operators. */
export const operatorCodes = {
  ADD: 0,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEPTH_TO_SPACE: 5,
  DEQUANTIZE: 6,
  FLOOR: 8,
  FULLY_CONNECTED: 9,
  LOCAL_RESPONSE_NORMALIZATION: 13,
  LOGISTIC: 14,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU6: 21,
  RESHAPE: 22,
  RESIZE_BILINEAR: 23,
  SOFTMAX: 25,
  SPACE_TO_DEPTH: 26,
  TANH: 28,
  PAD: 34,
  GATHER: 36,
  TRANSPOSE: 39,
  MEAN: 40,
  SUB: 41,
  DIV: 42,
  SQUEEZE: 43,
  STRIDED_SLICE: 45,
  EXP: 47,
  TOPK_V2: 48,
  SPLIT: 49,
  LOG_SOFTMAX: 50,
  CAST: 53,
  PRELU: 54,
  MAXIMUM: 55,
  ARG_MAX: 56,
  MINIMUM: 57,
  LESS: 58,
  NEG: 59,
  PADV2: 60,
  GREATER: 61,
  GREATER_EQUAL: 62,
  LESS_EQUAL: 63,
  SLICE: 65,
  SIN: 66,
  TRANSPOSE_CONV: 67,
  TILE: 69,
  EXPAND_DIMS: 70,
  EQUAL: 71,
  NOT_EQUAL: 72,
  LOG: 73,
  SUM: 74,
  SQRT: 75,
  RSQRT: 76,
  POW: 78,
  ARG_MIN: 79,
  REDUCE_PROD: 81,
  REDUCE_MAX: 82,
  PACK: 83,
  LOGICAL_OR: 84,
  ONE_HOT: 85,
  LOGICAL_AND: 86,
  LOGICAL_NOT: 87,
  REDUCE_MIN: 89,
  SQUARE: 92,
  FILL: 94,
  FLOOR_MOD: 95,
  RANGE: 96,
  RESIZE_NEAREST_NEIGHBOR: 97,
  LEAKY_RELU: 98,
  SQUARED_DIFFERENCE: 99,
  MIRROR_PAD: 100,
  ABS: 101,
  SPLIT_V: 102,
  CEIL: 104,
  GATHER_ND: 107,
  COS: 108,
  ELU: 111,
  QUANTIZE: 114,
  ROUND: 116,
  HARD_SWISH: 117,
  SELECT_V2: 123,
  BATCH_MATMUL: 126,
  CUMSUM: 128,
  BROADCAST_TO: 130,
  GELU: 150,
  SIGN: 158,
} as const;

/** The name of a built-in operator. */
export type OperatorName = keyof typeof operatorCodes;

/** Numbers of the element types. */
export const tensorTypes = {
  float32: 0,
  float16: 1,
  int32: 2,
  uint8: 3,
  int64: 4,
  string: 5,
  bool: 6,
  int16: 7,
  int8: 9,
  float64: 10,
  uint64: 12,
  uint32: 15,
  uint16: 16,
} as const;

/** An element type of the format. */
export type TensorTypeName = keyof typeof tensorTypes;

/** Functions that an operator can apply to its result. */
export const activations = { NONE: 0, RELU: 1, RELU6: 3 } as const;

/** How a window is padded. */
export const paddings = { SAME: 0, VALID: 1 } as const;
