// Models of old operator sets, run by onnxruntime as they are and raised: both must give the same numbers.
import {
  attribute,
  float32,
  nodeOf,
  originOf,
  raiseOpset,
  sourceOf,
  tensorFromNumbers,
  verify,
  type DataType,
  type Feeds,
  type Graph,
  type Node,
  type Subgraph,
  type Tensor,
} from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { relativeError } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

const { int, ints: intList, float, floats, string, graph: body } = attribute;
const op = (type: string, inputs: string, outputs: string, attributes: Node["attributes"] = {}): Node =>
  nodeOf(type, `${type} ${outputs}`, inputs === "" ? [] : inputs.split(" "), outputs.split(" "), attributes);
const ints = (...values: readonly number[]): Tensor => tensorFromNumbers("int64", [values.length], values);
/** Numbers without a pattern, in [-1, 1). */
const noise = (...shape: readonly number[]): Tensor => {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, (_, i) => (Math.sin(i * 12.9898 + count) * 43758.5453) % 1);
  return float32(shape, values);
};

interface Case {
  readonly of: string;
  readonly from: number;
  readonly to: number;
  readonly feeds: Feeds;
  readonly nodes: readonly Node[];
  readonly weights?: Readonly<Record<string, Tensor>>;
  /** Outputs, all of one type; "y" of float32 by default. */
  readonly outputs?: readonly (readonly [name: string, dtype: DataType])[];
  /** The inputs are stated without their shapes. */
  readonly shapeless?: boolean;
}

function graphOf({ from, feeds, nodes, weights = {}, outputs = [["y", "float32"]], shapeless }: Case): Graph {
  return {
    ...bodyOf(nodes, []),
    inputs: Object.entries(feeds).map(([name, { dtype, shape }]) => ({
      name,
      type: { kind: "tensor", dtype, ...(!shapeless && { shape }) },
    })),
    outputs: outputs.map(([name, dtype]) => ({ name, type: { kind: "tensor", dtype } })),
    weights: new Map(
      Object.entries(weights).map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    opsets: new Map([["", from]]),
    functions: [],
    metadata: new Map(),
  };
}

function bodyOf(nodes: readonly Node[], outputs: readonly string[]): Subgraph {
  const types = outputs.map((name) => ({ name, type: { kind: "tensor", dtype: "float32" } as const }));
  return { name: "graph", inputs: [], outputs: types, nodes, weights: new Map(), types: new Map() };
}

async function run(graph: Graph, feeds: Feeds): Promise<Feeds> {
  const executable = await executor.compile(graph, { optimization: "disabled" });
  const results = await executable.run(feeds);
  await executable.dispose();
  return results;
}

const x = noise(2, 3, 4, 4);
const matrix = noise(4, 6);

const cases: readonly Case[] = [
  {
    of: "Squeeze",
    from: 11,
    to: 13,
    feeds: { x: noise(1, 3, 1) },
    nodes: [op("Squeeze", "x", "y", { axes: intList([0, 2]) })],
  },
  { of: "Squeeze of all axes", from: 7, to: 13, feeds: { x: noise(1, 3, 1) }, nodes: [op("Squeeze", "x", "y")] },
  {
    of: "Unsqueeze",
    from: 7,
    to: 13,
    feeds: { x: noise(3) },
    nodes: [op("Unsqueeze", "x", "y", { axes: intList([0, 2]) })],
  },
  {
    of: "ReduceSum",
    from: 7,
    to: 13,
    feeds: { x },
    nodes: [op("ReduceSum", "x", "y", { axes: intList([1, 3]), keepdims: int(0) })],
  },
  { of: "ReduceSum of all axes", from: 11, to: 13, feeds: { x }, nodes: [op("ReduceSum", "x", "y")] },
  ...["L1", "L2", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"].map((kind): Case => ({
    of: `Reduce${kind}`,
    from: 12,
    to: 18,
    feeds: { x },
    nodes: [op(`Reduce${kind}`, "x", "y", { axes: intList([-1, 1]) })],
  })),
  { of: "ReduceMean to 21", from: 7, to: 21, feeds: { x }, nodes: [op("ReduceMean", "x", "y")] },
  {
    of: "Split",
    from: 7,
    to: 13,
    feeds: { x },
    nodes: [op("Split", "x", "a b", { axis: int(1), split: intList([1, 2]) }), op("Sub", "a b", "y")],
  },
  {
    of: "Split into equal parts",
    from: 11,
    to: 18,
    feeds: { x },
    nodes: [op("Split", "x", "a b", { axis: int(2) }), op("Sub", "a b", "y")],
  },
  ...["Softmax", "LogSoftmax", "Hardmax"].flatMap((type): Case[] => [
    { of: `${type} of the last axis`, from: 9, to: 13, feeds: { x: matrix }, nodes: [op(type, "x", "y")] },
    { of: `${type} of several axes`, from: 9, to: 13, feeds: { x }, nodes: [op(type, "x", "y")] },
    { of: `${type} of axis 0`, from: 11, to: 21, feeds: { x: matrix }, nodes: [op(type, "x", "y", { axis: int(0) })] },
    { of: `${type} of axis -2`, from: 11, to: 13, feeds: { x }, nodes: [op(type, "x", "y", { axis: int(-2) })] },
    {
      of: `${type} of unknown rank`,
      from: 7,
      to: 13,
      feeds: { x },
      shapeless: true,
      nodes: [op(type, "x", "y", { axis: int(2) })],
    },
  ]),
  { of: "Clip", from: 7, to: 11, feeds: { x }, nodes: [op("Clip", "x", "y", { min: float(-0.25), max: float(0.5) })] },
  { of: "Clip from above", from: 10, to: 13, feeds: { x }, nodes: [op("Clip", "x", "y", { max: float(0.5) })] },
  {
    of: "Pad",
    from: 7,
    to: 11,
    feeds: { x: matrix },
    nodes: [op("Pad", "x", "y", { pads: intList([1, 0, 2, 1]), value: float(0.5) })],
  },
  {
    of: "Pad by reflection",
    from: 10,
    to: 19,
    feeds: { x: matrix },
    nodes: [op("Pad", "x", "y", { pads: intList([1, 0, 2, 1]), mode: string("reflect") })],
  },
  {
    of: "Slice",
    from: 7,
    to: 10,
    feeds: { x },
    nodes: [op("Slice", "x", "y", { starts: intList([1, -3]), ends: intList([2 ** 31, -1]), axes: intList([1, 3]) })],
  },
  {
    of: "Slice of the first axes",
    from: 9,
    to: 13,
    feeds: { x },
    nodes: [op("Slice", "x", "y", { starts: intList([0, 1]), ends: intList([1, 3]) })],
  },
  ...[7, 10].map((from): Case => ({
    of: "TopK",
    from,
    to: 11,
    feeds: { x: matrix },
    weights: from === 7 ? {} : { k: ints(3) },
    nodes: [
      from === 7 ? op("TopK", "x", "y i", { k: int(3), axis: int(1) }) : op("TopK", "x k", "y i", { axis: int(1) }),
    ],
    outputs: [
      ["y", "float32"],
      ["i", "int64"],
    ],
  })),
  ...["nearest", "linear"].flatMap((mode): Case[] => [
    {
      of: `Upsample (${mode})`,
      from: 7,
      to: 13,
      feeds: { x },
      nodes: [op("Upsample", "x", "y", { mode: string(mode), scales: floats([1, 1, 2, 2.5]) })],
    },
    {
      of: `Upsample with scales as input (${mode})`,
      from: 9,
      to: 19,
      feeds: { x },
      weights: { scales: float32([4], [1, 1, 3, 2]) },
      nodes: [op("Upsample", "x scales", "y", { mode: string(mode) })],
    },
    ...[
      [1, 1, 2, 1.7],
      [1, 1, 0.6, 0.7],
    ].map((scales): Case => ({
      of: `Resize by ${scales.join(", ")} (${mode})`,
      from: 10,
      to: 11,
      feeds: { x: noise(1, 2, 10, 10) },
      weights: { scales: float32([4], scales) },
      nodes: [op("Resize", "x scales", "y", { mode: string(mode) })],
    })),
  ]),
  {
    of: "Resize to a size",
    from: 11,
    to: 19,
    feeds: { x },
    weights: { none: float32([0], []), sizes: ints(2, 3, 7, 9) },
    nodes: [op("Resize", "x none none sizes", "y", { mode: string("linear") })],
  },
  { of: "Dropout", from: 7, to: 13, feeds: { x }, nodes: [op("Dropout", "x", "y m", { ratio: float(0.3) })] },
  { of: "Dropout, mask as bool", from: 10, to: 12, feeds: { x }, nodes: [op("Dropout", "x", "y m")] },
  {
    of: "BatchNormalization",
    from: 7,
    to: 15,
    feeds: { x },
    weights: { s: noise(3), b: noise(3), m: noise(3), v: float32([3], [0.5, 1, 2]) },
    nodes: [op("BatchNormalization", "x s b m v", "y", { spatial: int(1), epsilon: float(0.01) })],
  },
  {
    of: "Scatter",
    from: 9,
    to: 13,
    feeds: { x: matrix },
    weights: { at: tensorFromNumbers("int64", [1, 2], [1, 4]), value: float32([1, 2], [9, 8]) },
    nodes: [op("Scatter", "x at value", "y", { axis: int(1) })],
  },
  {
    of: "RoiAlign",
    from: 10,
    to: 16,
    feeds: { x },
    weights: { rois: float32([1, 4], [0.5, 0.2, 3, 2.5]), at: ints(1) },
    nodes: [op("RoiAlign", "x rois at", "y", { output_height: int(2), output_width: int(2), sampling_ratio: int(2) })],
  },
  ...["bilinear", "bicubic", "nearest"].map((mode): Case => ({
    of: `GridSample (${mode})`,
    from: 16,
    to: 20,
    feeds: { x, grid: noise(2, 3, 3, 2) },
    nodes: [op("GridSample", "x grid", "y", { mode: string(mode) })],
  })),
  {
    of: "DFT",
    from: 17,
    to: 20,
    feeds: { x: noise(1, 8, 3, 1) },
    nodes: [op("DFT", "x", "y", { onesided: int(1) })],
  },
  {
    of: "pooling and convolution",
    from: 7,
    to: 22,
    feeds: { x },
    weights: { w: noise(4, 3, 3, 3), b: noise(4) },
    nodes: [
      op("Conv", "x w b", "c", { pads: intList([1, 1, 1, 1]) }),
      op("MaxPool", "c", "p", { kernel_shape: intList([2, 2]), strides: intList([1, 1]) }),
      op("AveragePool", "p", "y", { kernel_shape: intList([2, 2]), auto_pad: string("SAME_UPPER") }),
    ],
  },
  {
    of: "a branch",
    from: 11,
    to: 13,
    feeds: { x: matrix, c: tensorFromNumbers("bool", [], [1]) },
    nodes: [
      op("If", "c", "y", {
        then_branch: body(bodyOf([op("Unsqueeze", "x", "t", { axes: intList([0]) }), op("Softmax", "t", "u")], ["u"])),
        else_branch: body(bodyOf([op("Unsqueeze", "x", "e", { axes: intList([0]) })], ["e"])),
      }),
    ],
  },
];

describe("raised models compute what they did", () => {
  it.each(cases.map((one) => [`${one.of}, ${one.from} to ${one.to}`, one] as const))("%s", async (_, one) => {
    const graph = graphOf(one);
    const raised = raiseOpset(graph, one.to);
    verify(raised);
    expect(raised.opsets.get("")).toBe(one.to);
    const [before, after] = [await run(graph, one.feeds), await run(raised, one.feeds)];
    for (const [name] of one.outputs ?? [["y"]])
      expect(relativeError(before[name!]!, after[name!])).toBeLessThanOrEqual(1e-6);
  });
});

describe("whole small networks", () => {
  const classifier: Case = {
    of: "a residual CNN",
    from: 7,
    to: 13,
    feeds: { x: noise(2, 3, 8, 8) },
    weights: {
      w1: noise(4, 3, 3, 3),
      w2: noise(4, 4, 3, 3),
      s: noise(4),
      b: noise(4),
      m: noise(4),
      v: float32([4], [1, 2, 0.5, 1]),
      dense: noise(4, 5),
    },
    nodes: [
      op("Pad", "x", "padded", { pads: intList([0, 0, 1, 1, 0, 0, 1, 1]), value: float(0) }),
      op("Conv", "padded w1", "c1"),
      op("BatchNormalization", "c1 s b m v", "n1"),
      op("Clip", "n1", "r1", { min: float(0), max: float(6) }),
      op("Conv", "r1 w2", "c2", { pads: intList([1, 1, 1, 1]) }),
      op("Add", "c2 r1", "sum"),
      op("Upsample", "sum", "up", { mode: string("nearest"), scales: floats([1, 1, 2, 2]) }),
      op("GlobalAveragePool", "up", "pooled"),
      op("Squeeze", "pooled", "vector", { axes: intList([2, 3]) }),
      op("Dropout", "vector", "kept"),
      op("MatMul", "kept dense", "logits"),
      op("Softmax", "logits", "y"),
    ],
  };
  const attention: Case = {
    of: "attention with masks and a layer norm of parts",
    from: 9,
    to: 21,
    feeds: { x: noise(2, 5, 8) },
    weights: { qkv: noise(8, 24), out: noise(8, 8), e: float32([], [1e-5]), half: float32([], [2]), scale: noise(8) },
    nodes: [
      op("MatMul", "x qkv", "all"),
      op("Split", "all", "q k v", { axis: int(-1) }),
      op("Transpose", "k", "kt", { perm: intList([0, 2, 1]) }),
      op("MatMul", "q kt", "scores"),
      op("Softmax", "scores", "weights", { axis: int(2) }),
      op("MatMul", "weights v", "mixed"),
      op("MatMul", "mixed out", "projected"),
      op("Add", "projected x", "sum"),
      op("ReduceMean", "sum", "mean", { axes: intList([-1]) }),
      op("Sub", "sum mean", "centred"),
      op("Pow", "centred half", "squared"),
      op("ReduceMean", "squared", "variance", { axes: intList([-1]) }),
      op("Add", "variance e", "safe"),
      op("Sqrt", "safe", "deviation"),
      op("Div", "centred deviation", "normal"),
      op("Mul", "normal scale", "scaled"),
      op("Slice", "scaled", "first", { starts: intList([0]), ends: intList([1]), axes: intList([1]) }),
      op("Squeeze", "first", "y", { axes: intList([1]) }),
    ],
  };

  it.each([classifier, attention].map((one) => [one.of, one] as const))("%s, through every version", async (_, one) => {
    const graph = graphOf(one);
    const { y } = await run(graph, one.feeds);
    for (let version = one.from + 1; version <= 22; version++) {
      const after = await run(raiseOpset(graph, version), one.feeds);
      expect(relativeError(y!, after["y"]), `version ${version}`).toBeLessThanOrEqual(1e-6);
    }
  });
});
