// Small graphs before and after the passes, run by onnxruntime: the arithmetic of folding is held against its kernels.
import {
  attribute,
  float32,
  guardPaddedPooling,
  nodeOf,
  numbersOf,
  originOf,
  quantizationPasses,
  runPasses,
  sourceOf,
  tensorFromNumbers,
  type DataType,
  type Feeds,
  type Graph,
  type Node,
  type Tensor,
} from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { lostWeights, relativeError } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

type Weights = Readonly<Record<string, Tensor>>;

/** From x to y; y is stated without a shape. */
function graphOf(x: Tensor, nodes: readonly Node[], weights: Weights, opset = 17, dtype: DataType = "float32"): Graph {
  return {
    name: "case",
    inputs: [{ name: "x", type: { kind: "tensor", dtype: x.dtype, shape: x.shape } }],
    outputs: [{ name: "y", type: { kind: "tensor", dtype } }],
    nodes,
    weights: new Map(
      Object.entries(weights).map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    types: new Map(),
    opsets: new Map([["", opset]]),
    functions: [],
    metadata: new Map(),
  };
}

const op = (type: string, inputs: string, output: string, attributes: Node["attributes"] = {}): Node =>
  nodeOf(type, output, inputs.split(" "), [output], attributes);
const ints = (...values: readonly number[]): Tensor => tensorFromNumbers("int64", [values.length], values);
/** Numbers without a pattern, in [-1, 1). */
const noise = (...shape: readonly number[]): Tensor => {
  const count = shape.reduce((a, b) => a * b, 1);
  return float32(
    shape,
    Array.from({ length: count }, (_, i) => (Math.sin(i * 12.9898 + count) * 43758.5453) % 1),
  );
};

async function run(graph: Graph, feeds: Feeds): Promise<Tensor> {
  const executable = await executor.compile(graph, { optimization: "disabled" });
  const { y } = await executable.run(feeds);
  await executable.dispose();
  return y!;
}

/** Runs both; the passes must have left just these operators. */
async function expectSame(graph: Graph, x: Tensor, left: string, tolerance = 0): Promise<void> {
  const after = runPasses(graph, quantizationPasses, { verify: true });
  expect(after.nodes.map(({ op: type }) => type).join(" ")).toBe(left);
  expect(lostWeights(graph, after)).toEqual([]);
  expect(relativeError(await run(graph, { x }), await run(after, { x }))).toBeLessThanOrEqual(tolerance);
}

describe("folded rearrangements equal onnxruntime's", () => {
  const w = noise(4, 3, 5);
  const position = fc.integer({ min: -7, max: 7 });
  const step = fc.constantFrom(-3, -2, -1, 1, 2, 3);

  it("Slice, any starts, ends and steps", async () => {
    const slices = fc.array(fc.record({ axis: fc.nat(2), start: position, end: position, step }), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(slices, { maxLength: 1, minLength: 1 }), async ([list]) => {
        const unique = [...new Map(list!.map((slice) => [slice.axis, slice])).values()];
        const weights = {
          w,
          starts: ints(...unique.map(({ start }) => start)),
          ends: ints(...unique.map(({ end }) => end)),
          axes: ints(...unique.map(({ axis }) => axis - (axis === 1 ? 3 : 0))),
          steps: ints(...unique.map((slice) => slice.step)),
        };
        const x = float32([1], [0]);
        const nodes = [op("Slice", "w starts ends axes steps", "a"), op("Add", "a x", "y")];
        await expectSame(graphOf(x, nodes, weights), x, "Add");
      }),
      { numRuns: 60 },
    );
  });

  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    "Transpose %j",
    async (perm) => {
      const x = float32([1], [0]);
      await expectSame(
        graphOf(x, [op("Transpose", "w", "a", { perm: attribute.ints(perm) }), op("Add", "a x", "y")], { w }),
        x,
        "Add",
      );
    },
  );

  it.each([0, 1, -1])("Concat on axis %d", async (axis) => {
    const x = float32([1], [0]);
    const nodes = [op("Concat", "w w", "a", { axis: attribute.int(axis) }), op("Add", "a x", "y")];
    await expectSame(graphOf(x, nodes, { w }), x, "Add");
  });

  it.each<[string, Node[], Weights]>([
    [
      "Squeeze, Unsqueeze, Flatten",
      [op("Unsqueeze", "w ax", "a"), op("Squeeze", "a ax", "b"), op("Flatten", "b", "c")],
      { ax: ints(1) },
    ],
    ["Reshape with -1 and 0", [op("Reshape", "w shape", "c")], { shape: ints(0, -1) }],
    [
      "Cast to float16 and back",
      [op("Cast", "w", "b", { to: attribute.int(10) }), op("Cast", "b", "c", { to: attribute.int(1) })],
      {},
    ],
  ])("%s", async (_, nodes, weights) => {
    const x = float32([1], [0]);
    await expectSame(graphOf(x, [...nodes, op("Add", "c x", "y")], { w, ...weights }), x, "Add");
  });
});

describe("folded arithmetic equals onnxruntime's to the bit", () => {
  const three = { a: float32([3], [0.1, -7.3, 1e10]), b: float32([3], [0.3, 3, -1e-3]) };

  it.each(["Add", "Sub", "Mul", "Div"])("%s", async (type) => {
    const x = float32([1], [1]);
    await expectSame(graphOf(x, [op(type, "a b", "c"), op("Mul", "c x", "y")], three), x, "Mul");
  });

  it("chains of float operators round after each", async () => {
    const x = float32([1], [1]);
    const nodes = [
      op("Mul", "a b", "c"),
      op("Add", "c b", "d"),
      op("Div", "d a", "e"),
      op("Sub", "e b", "f"),
      op("Mul", "f x", "y"),
    ];
    await expectSame(graphOf(x, nodes, three), x, "Mul");
  });

  it("shape arithmetic with casts, divisions and rounding", async () => {
    const x = noise(7, 9);
    const weights = { i: tensorFromNumbers("int64", [], [1]), two: float32([], [2]), three: ints(-3), ax: ints(0) };
    const nodes = [
      op("Shape", "x", "s"),
      op("Gather", "s i", "n"),
      op("Cast", "n", "f", { to: attribute.int(1) }),
      op("Div", "f two", "h"),
      op("Floor", "h", "g"),
      op("Cast", "g", "k", { to: attribute.int(7) }),
      op("Unsqueeze", "k ax", "k1"),
      op("Div", "k1 three", "q"),
      op("Mod", "k1 three", "m"),
      op("Sub", "m q", "r"),
      op("Cast", "r", "rf", { to: attribute.int(1) }),
      op("Mul", "x rf", "y"),
    ];
    await expectSame(graphOf(x, nodes, weights), x, "Mul");
  });
});

describe("folded normalisations and biases equal onnxruntime's", () => {
  const norm = (channels: number): Weights => ({
    gamma: noise(channels),
    beta: float32(
      [channels],
      Array.from({ length: channels }, (_, i) => 3 - i),
    ),
    mean: float32(
      [channels],
      Array.from({ length: channels }, (_, i) => i / 2),
    ),
    variance: float32(
      [channels],
      Array.from({ length: channels }, (_, i) => 0.2 + i),
    ),
  });
  const batchNorm = op("BatchNormalization", "a gamma beta mean variance", "y", { epsilon: attribute.float(1e-3) });
  const image = noise(2, 4, 5, 6);
  const rows = noise(3, 4);

  it.each<[string, Tensor, Node, Weights, number]>([
    ["Conv", image, op("Conv", "x w", "a"), { w: noise(6, 4, 3, 3) }, 6],
    [
      "Conv with a bias and groups",
      image,
      op("Conv", "x w b", "a", { group: attribute.int(2) }),
      { w: noise(6, 2, 3, 3), b: noise(6) },
      6,
    ],
    ["ConvTranspose", image, op("ConvTranspose", "x w b", "a"), { w: noise(4, 6, 3, 3), b: noise(6) }, 6],
    [
      "ConvTranspose of one channel per group",
      image,
      op("ConvTranspose", "x w", "a", { group: attribute.int(4) }),
      { w: noise(4, 1, 3, 3) },
      4,
    ],
    [
      "Gemm",
      rows,
      op("Gemm", "x w b", "a", { alpha: attribute.float(0.5), beta: attribute.float(3) }),
      { w: noise(4, 6), b: noise(6) },
      6,
    ],
    [
      "Gemm with a transposed weight",
      rows,
      op("Gemm", "x w", "a", { transB: attribute.int(1) }),
      { w: noise(6, 4) },
      6,
    ],
  ])("BatchNormalization behind %s", async (_, x, node, weights, channels) => {
    await expectSame(graphOf(x, [node, batchNorm], { ...weights, ...norm(channels) }), x, node.op, 1e-6);
  });

  it("BatchNormalization behind ConvTranspose with groups stays", async () => {
    const node = op("ConvTranspose", "x w", "a", { group: attribute.int(2) });
    await expectSame(
      graphOf(image, [node, batchNorm], { w: noise(4, 3, 3, 3), ...norm(6) }),
      image,
      "ConvTranspose BatchNormalization",
    );
  });

  it.each<[string, Tensor, Node, Weights, string]>([
    ["Conv", image, op("Conv", "x w", "a"), { w: noise(6, 4, 3, 3), b: noise(6, 1, 1) }, "Conv"],
    [
      "ConvTranspose",
      image,
      op("ConvTranspose", "x w", "a", { group: attribute.int(2) }),
      { w: noise(4, 3, 3, 3), b: noise(1, 6, 1, 1) },
      "ConvTranspose",
    ],
    ["MatMul", rows, op("MatMul", "x w", "a"), { w: noise(4, 6), b: noise(6) }, "Gemm"],
    [
      "Gemm",
      rows,
      op("Gemm", "x w", "a", { transB: attribute.int(1), beta: attribute.float(9) }),
      { w: noise(6, 4), b: noise(1, 6) },
      "Gemm",
    ],
    ["MatMul of rank 4", image, op("MatMul", "x w", "a"), { w: noise(6, 3), b: noise(3) }, "MatMul Add"],
    [
      "Conv of square images, along the wrong axis",
      noise(1, 4, 6, 6),
      op("Conv", "x w", "a"),
      { w: noise(6, 4, 1, 1), b: noise(6) },
      "Conv Add",
    ],
  ])("Add behind %s", async (_, x, node, weights, left) => {
    await expectSame(graphOf(x, [node, op("Add", "b a", "y")], weights), x, left, 1e-6);
  });
});

// Without the pass the runtime pads -infinity where the graph says zero.
it.each<DataType>(["float32", "float16"])("zeros before a MaxPool of negative %s numbers are padded", async (dtype) => {
  const shape = [1, 1, 4, 4];
  const x = tensorFromNumbers(dtype, shape, new Float32Array(16).fill(-1));
  const pool = op("MaxPool", "p", "y", { kernel_shape: attribute.ints([2, 2]), strides: attribute.ints([2, 2]) });
  const graph = graphOf(x, [op("Pad", "x pads", "p"), pool], { pads: ints(0, 0, 1, 1, 0, 0, 1, 1) }, 17, dtype);
  const executable = await executor.compile(guardPaddedPooling.run(graph), { optimization: "all" });
  const { y } = await executable.run({ x });
  const found = Array.from(numbersOf(y!), (value) => Math.round(value * 1e6) / 1e6 + 0);
  expect(found).toEqual([0, 0, 0, 0, -1, 0, 0, 0, 0]);
  await executable.dispose();
});
