// Operators in small uses, all in one graph: each is an output of its own, from inputs that they share.
import {
  attribute,
  GraphBuilder,
  type Feeds,
  type Graph,
  type Tensor,
  seededRandom,
  sourceOf,
  float32,
} from "@tersor/core";

/** What a case is built from. */
export interface Inputs {
  /** [1, 6, 8, 7] */
  readonly image: string;
  /** [1, 6, 9] */
  readonly row: string;
  /** [2, 5, 12] */
  readonly tokens: string;
  /** [2, 4], 0 to 4 */
  readonly ids: string;
}

type Build = (to: GraphBuilder, inputs: Inputs) => string;

const { int, ints, float, string } = attribute;
/** Starts anew with each graph, so that each has the same weights. */
let random = seededRandom(7);

function numbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random() * 2 - 1);
}

function weight(to: GraphBuilder, ...shape: number[]): string {
  return to.weight("w", sourceOf(float32(shape, numbers(shape.reduce((a, b) => a * b, 1)))));
}

const image =
  (op: string, attributes: Parameters<typeof GraphBuilder.prototype.add>[2] = {}, ...constants: number[][]): Build =>
  (to, { image: x }) =>
    to.add(op, [x, ...constants.map((shape) => weight(to, ...shape))], attributes);

const tokens =
  (op: string, attributes: Parameters<typeof GraphBuilder.prototype.add>[2] = {}, ...constants: number[][]): Build =>
  (to, { tokens: x }) =>
    to.add(op, [x, ...constants.map((shape) => weight(to, ...shape))], attributes);

const positive: Build = (to, { image: x }) => to.add("Add", [to.add("Abs", [x]), to.constant("float32", [], [0.1])]);
const unary =
  (op: string): Build =>
  (to, inputs) =>
    to.add(op, [positive(to, inputs)]);

/** Cases by name. */
export const cases: Readonly<Record<string, Build>> = {
  conv: image("Conv", { pads: ints([1, 1, 1, 1]) }, [4, 6, 3, 3], [4]),
  convStrided: image("Conv", { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) }, [4, 6, 3, 3], [4]),
  convSameUpper: image("Conv", { strides: ints([2, 2]), auto_pad: string("SAME_UPPER") }, [4, 6, 3, 3]),
  convSameLower: image("Conv", { strides: ints([2, 2]), auto_pad: string("SAME_LOWER") }, [4, 6, 2, 2]),
  convAsymmetric: image("Conv", { pads: ints([0, 2, 1, 0]) }, [4, 6, 3, 2], [4]),
  convDilated: image("Conv", { dilations: ints([2, 2]), pads: ints([2, 2, 2, 2]) }, [4, 6, 3, 3], [4]),
  convDepthwise: image("Conv", { group: int(6), pads: ints([1, 1, 1, 1]) }, [6, 1, 3, 3], [6]),
  convDepthwiseTwice: image("Conv", { group: int(6) }, [12, 1, 3, 3], [12]),
  convGrouped: image("Conv", { group: int(2) }, [8, 3, 3, 3], [8]),
  convOfRow: (to, { row }) => to.add("Conv", [row, weight(to, 4, 6, 3), weight(to, 4)], { pads: ints([1, 1]) }),
  convTranspose: image("ConvTranspose", { strides: ints([2, 2]) }, [6, 3, 2, 2], [3]),
  convTransposePadded: image(
    "ConvTranspose",
    { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]), output_padding: ints([1, 1]) },
    [6, 3, 3, 3],
    [3],
  ),
  maxPool: image("MaxPool", { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
  maxPoolPadded: image("MaxPool", { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) }),
  maxPoolCeil: image("MaxPool", { kernel_shape: ints([3, 3]), strides: ints([2, 2]), ceil_mode: int(1) }),
  averagePool: image("AveragePool", { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }),
  averagePoolWithPads: image("AveragePool", {
    kernel_shape: ints([3, 3]),
    pads: ints([1, 1, 1, 1]),
    count_include_pad: int(1),
  }),
  averagePoolOdd: image("AveragePool", { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 0, 0, 1]) }),
  globalAverage: (to, { image: x }) => to.add("Flatten", [to.add("GlobalAveragePool", [x])]),
  globalMax: image("GlobalMaxPool"),
  batchNorm: (to, { image: x }) =>
    to.add("BatchNormalization", [
      to.add("Relu", [x]),
      weight(to, 6),
      weight(to, 6),
      weight(to, 6),
      to.constant("float32", [6], [1, 2, 3, 1, 2, 3]),
    ]),
  instanceNorm: image("InstanceNormalization", {}, [6], [6]),
  layerNorm: tokens("LayerNormalization", { axis: int(-1) }, [12], [12]),
  lrn: image("LRN", { size: int(3), alpha: float(0.3), beta: float(0.6), bias: float(1.5) }),
  gemm: (to, { tokens: x }) =>
    to.add("Gemm", [to.add("Reshape", [x, to.int64s([10, 12])]), weight(to, 7, 12), weight(to, 7)], {
      transB: int(1),
      alpha: float(0.5),
      beta: float(2),
    }),
  matMul: tokens("MatMul", {}, [12, 7]),
  matMulOfTransposed: (to, { tokens: x }) => to.add("MatMul", [x, to.add("Transpose", [x], { perm: ints([0, 2, 1]) })]),
  einsum: (to, { tokens: x }) => to.add("Einsum", [x, weight(to, 5, 3, 12)], { equation: string("bsd,snd->nbs") }),
  einsumOfOne: (to, { tokens: x }) => to.add("Einsum", [x], { equation: string("bsd->dbs") }),
  batchNormComputed: (to, { image: x }) => {
    const mean = to.add("ReduceMean", [x], { axes: ints([0, 2, 3]), keepdims: int(0) });
    const variance = to.add("Exp", [mean]);
    return to.add("BatchNormalization", [x, weight(to, 6), weight(to, 6), mean, variance]);
  },
  add: image("Add", {}, [6, 1, 1]),
  addOfOtherLayout: (to, { image: x }) =>
    to.add("Add", [
      to.add("MaxPool", [x], { kernel_shape: ints([1, 1]) }),
      to.add("Transpose", [to.add("Transpose", [x], { perm: ints([0, 2, 3, 1]) })], { perm: ints([0, 3, 1, 2]) }),
    ]),
  mulBroadcast: (to, { image: x, row }) =>
    to.add("Mul", [
      to.add("Conv", [x, weight(to, 6, 6, 1, 1)]),
      to.add("Slice", [row, to.int64s([0, 2]), to.int64s([1, 9]), to.int64s([1, 2])]),
    ]),
  sub: image("Sub", {}, [1, 6, 8, 7]),
  div: (to, { image: x }) => to.add("Div", [x, to.constant("float32", [], [3])]),
  max: image("Max", {}, [6, 1, 1], [7]),
  min: image("Min", {}, [8, 1]),
  pow: (to, inputs) => to.add("Pow", [positive(to, inputs), to.constant("float32", [], [1.5])]),
  where: (to, { image: x }) =>
    to.add("Where", [to.add("Greater", [x, to.constant("float32", [], [0])]), x, to.constant("float32", [], [-2])]),
  castOfNot: (to, { image: x }) =>
    to.add("Cast", [to.add("Not", [to.add("Less", [x, weight(to, 7)])])], { to: int(1) }),
  clip: (to, { image: x }) =>
    to.add("Clip", [x, to.constant("float32", [], [-0.3]), to.constant("float32", [], [0.4])]),
  relu6: (to, { image: x }) => to.add("Clip", [x, to.constant("float32", [], [0]), to.constant("float32", [], [6])]),
  relu: image("Relu"),
  leakyRelu: image("LeakyRelu", { alpha: float(0.2) }),
  prelu: image("PRelu", {}, [6, 1, 1]),
  elu: image("Elu", { alpha: float(0.7) }),
  hardSigmoid: image("HardSigmoid"),
  hardSwish: image("HardSwish"),
  sigmoid: image("Sigmoid"),
  tanh: image("Tanh"),
  softplus: image("Softplus"),
  softsign: image("Softsign"),
  softmax: tokens("Softmax"),
  softmaxOfChannels: image("Softmax", { axis: int(1) }),
  logSoftmax: tokens("LogSoftmax"),
  exp: image("Exp"),
  log: unary("Log"),
  sqrt: unary("Sqrt"),
  reciprocal: unary("Reciprocal"),
  floor: image("Floor"),
  neg: image("Neg"),
  cos: image("Cos"),
  gelu: (to, { tokens: x }) => {
    const erf = to.add("Erf", [to.add("Div", [x, to.constant("float32", [], [Math.SQRT2])])]);
    const product = to.add("Mul", [x, to.add("Add", [erf, to.constant("float32", [], [1])])]);
    return to.add("Mul", [product, to.constant("float32", [], [0.5])]);
  },
  reduceMean: image("ReduceMean", { axes: ints([1]) }),
  reduceMax: image("ReduceMax", { axes: ints([2, 3]), keepdims: int(0) }),
  reduceSum: (to, { image: x }) => to.add("ReduceSum", [to.add("Relu", [x]), to.int64s([-1])]),
  reduceL2: image("ReduceL2", { axes: ints([1]) }),
  argMax: (to, { image: x }) => to.add("Cast", [to.add("ArgMax", [x], { axis: int(1) })], { to: int(1) }),
  concat: (to, { image: x }) =>
    to.add("Concat", [to.add("MaxPool", [x], { kernel_shape: ints([1, 1]) }), x, weight(to, 1, 2, 8, 7)], {
      axis: int(1),
    }),
  split: (to, { image: x }) => {
    const [first, second] = to.addMany("Split", [x], { axis: int(1) }, { outputs: 2 });
    return to.add("Sub", [second!, first!]);
  },
  splitUneven: (to, { image: x }) => to.addMany("Split", [x, to.int64s([1, 5])], { axis: int(1) }, { outputs: 2 })[1]!,
  slice: (to, { image: x }) =>
    to.add("Slice", [x, to.int64s([1, -2]), to.int64s([5, -9]), to.int64s([1, 3]), to.int64s([2, -1])]),
  pad: (to, { image: x }) => to.add("Pad", [x, to.int64s([0, 1, 2, 0, 0, 0, 1, 3]), to.constant("float32", [], [0.5])]),
  padReflected: (to, { image: x }) =>
    to.add("Pad", [x, to.int64s([0, 0, 2, 1, 0, 0, 1, 3])], { mode: string("reflect") }),
  tile: (to, { tokens: x }) => to.add("Tile", [x, to.int64s([1, 3, 2])]),
  expand: (to, { row }) => to.add("Expand", [row, to.int64s([4, 1, 9])]),
  gather: (to, { ids }) => to.add("Gather", [weight(to, 5, 3), ids]),
  gatherOfChannels: (to, { image: x }) => to.add("Gather", [x, to.int64s([0, -1, 2])], { axis: int(1) }),
  gatherElements: (to, { tokens: x }) =>
    to.add(
      "GatherElements",
      [x, to.constant("int64", [2, 5, 2], [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4])],
      { axis: int(-1) },
    ),
  oneHot: (to, { ids }) =>
    to.add("OneHot", [
      to.add("Cast", [ids], { to: int(7) }),
      to.constant("int64", [], [5]),
      to.constant("float32", [2], [0, 2]),
    ]),
  topK: (to, { tokens: x }) => to.addMany("TopK", [x, to.int64s([3])], {}, { outputs: 2 })[0]!,
  cumSum: (to, { tokens: x }) => to.add("CumSum", [x, to.constant("int64", [], [1])]),
  flatten: (to, { image: x }) => to.add("Flatten", [to.add("MaxPool", [x], { kernel_shape: ints([2, 2]) })]),
  shuffle: (to, { image: x }) => {
    const groups = to.add("Reshape", [
      to.add("MaxPool", [x], { kernel_shape: ints([1, 1]) }),
      to.int64s([1, 2, 3, 8, 7]),
    ]);
    return to.add("Reshape", [to.add("Transpose", [groups], { perm: ints([0, 2, 1, 3, 4]) }), to.int64s([1, 6, 8, 7])]);
  },
  depthToSpace: (to, { image: x }) =>
    to.add("DepthToSpace", [to.add("Conv", [x, weight(to, 8, 6, 1, 1)])], { blocksize: int(2) }),
  depthToSpaceByColumns: (to, { image: x }) =>
    to.add("DepthToSpace", [to.add("Conv", [x, weight(to, 8, 6, 1, 1)])], { blocksize: int(2), mode: string("CRD") }),
  spaceToDepth: (to, { image: x }) =>
    to.add("SpaceToDepth", [to.add("Slice", [x, to.int64s([0]), to.int64s([6]), to.int64s([3])])], {
      blocksize: int(2),
    }),
  resizeNearest: (to, { image: x }) =>
    to.add("Resize", [x, "", to.constant("float32", [4], [1, 1, 2, 2])], {
      mode: string("nearest"),
      coordinate_transformation_mode: string("asymmetric"),
      nearest_mode: string("floor"),
    }),
  resizeLinear: (to, { image: x }) =>
    to.add("Resize", [x, "", to.constant("float32", [4], [1, 1, 2, 2])], { mode: string("linear") }),
  resizeCorners: (to, { image: x }) =>
    to.add("Resize", [x, "", "", to.int64s([1, 6, 12, 20])], {
      mode: string("linear"),
      coordinate_transformation_mode: string("align_corners"),
    }),
  squeezed: (to, { row }) => to.add("Squeeze", [row, to.int64s([0])]),
};

/** One graph with all cases but those left out; sizes are fixed. */
export function graphOfCases(without: readonly string[] = []): Graph {
  const names = Object.keys(cases).filter((name) => !without.includes(name));
  random = seededRandom(7);
  const to = GraphBuilder.start(17, names);
  const input = (name: string, dtype: "float32" | "int32", shape: readonly number[]) =>
    to.input(name, { kind: "tensor", dtype, shape });
  const inputs = {
    image: input("image", "float32", [1, 6, 8, 7]),
    row: input("row", "float32", [1, 6, 9]),
    tokens: input("tokens", "float32", [2, 5, 12]),
    ids: input("ids", "int32", [2, 4]),
  };
  return to.finish(
    "cases",
    names.map((name) => {
      to.prefix = name;
      return { name, value: cases[name]!(to, inputs) };
    }),
  );
}

/** Inputs for it. */
export function feedsOfCases(): Feeds {
  const tensor = (...shape: number[]): Tensor => float32(shape, numbers(shape.reduce((a, b) => a * b, 1)));
  return {
    image: tensor(1, 6, 8, 7),
    row: tensor(1, 6, 9),
    tokens: tensor(2, 5, 12),
    ids: { dtype: "int32", shape: [2, 4], data: Int32Array.of(0, 3, 1, 4, 2, 2, 0, 4) },
  };
}
