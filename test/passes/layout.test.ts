// The layout pass on random small networks in TensorFlow's layout, as its door converts them: every operator that ONNX
// defines with the channels first stands between two Transposes. Oracle: onnxruntime on the graph before the pass.
import {
  attribute,
  float32,
  GraphBuilder,
  importPasses,
  moveTransposes,
  numbersOf,
  runPasses,
  seededRandom,
  sourceOf,
  verify,
  type Graph,
  type Tensor,
} from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { relativeError } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

const CHANNELS = 4;
const SIZE = 6;

/** A step of a network: takes values of shape [n, 6, 6, 4] and gives one. */
type Step = (net: Net, a: string, b: string) => string;

/** A network in the making. */
class Net {
  readonly to = GraphBuilder.start(17, ["y"]);
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  weight(...shape: readonly number[]): string {
    const count = shape.reduce((a, b) => a * b, 1);
    return this.to.weight(
      "w",
      sourceOf(
        float32(
          shape,
          Array.from({ length: count }, () => this.#random() - 0.5),
        ),
      ),
    );
  }

  add(op: string, inputs: readonly string[], attributes: Parameters<GraphBuilder["add"]>[2] = {}): string {
    return this.to.add(op, inputs, attributes);
  }

  transpose(name: string, ...perm: readonly number[]): string {
    return this.add("Transpose", [name], { perm: attribute.ints(perm) });
  }

  /** An operator with channels first between two Transposes. */
  first(op: string, inputs: readonly string[], attributes: Parameters<GraphBuilder["add"]>[2] = {}): string {
    const [x, ...rest] = inputs;
    return this.transpose(this.add(op, [this.transpose(x!, 0, 3, 1, 2), ...rest], attributes), 0, 2, 3, 1);
  }

  ints(...numbers: readonly number[]): string {
    return this.to.int64s(numbers);
  }
}

const same = { kernel_shape: attribute.ints([3, 3]), pads: attribute.ints([1, 1, 1, 1]) };
const axis = (value: number) => ({ axis: attribute.int(value) });

const steps: Readonly<Record<string, Step>> = {
  conv: (net, a) => net.first("Conv", [a, net.weight(CHANNELS, CHANNELS, 3, 3)], same),
  convOfWeights: (net, a) => {
    const x = net.transpose(a, 0, 3, 1, 2);
    const w = net.transpose(net.weight(3, 3, CHANNELS, CHANNELS), 3, 2, 0, 1);
    return net.add("Add", [net.transpose(net.add("Conv", [x, w], same), 0, 2, 3, 1), net.weight(CHANNELS)]);
  },
  depthwise: (net, a) =>
    net.first("Conv", [a, net.weight(CHANNELS, 1, 3, 3)], { ...same, group: attribute.int(CHANNELS) }),
  maxPool: (net, a) => net.first("MaxPool", [a], same),
  averagePool: (net, a) => net.first("AveragePool", [a], same),
  globalPools: (net, a) => {
    const rows = net.add("Add", [a, net.first("GlobalMaxPool", [net.add("Softmax", [a], axis(2))])]);
    return net.add("Mul", [rows, net.first("GlobalAveragePool", [net.add("Reshape", [rows, net.ints(0, -1, 1, 4)])])]);
  },
  norm: (net, a) => {
    const positive = net.add("Exp", [net.weight(CHANNELS)]);
    const rest = [net.weight(CHANNELS), net.weight(CHANNELS), net.weight(CHANNELS)];
    return net.first("BatchNormalization", [a, ...rest, positive]);
  },
  relu: (net, a) => net.add("Relu", [a]),
  sigmoid: (net, a) => net.add("Sigmoid", [a]),
  clip: (net, a) => net.add("Clip", [a, net.to.constant("float32", [], [-0.4]), net.to.constant("float32", [], [0.6])]),
  bias: (net, a) => net.add("Add", [a, net.weight(CHANNELS)]),
  scaleOfRows: (net, a) => net.add("Mul", [net.weight(SIZE, 1, CHANNELS), a]),
  leaky: (net, a) => net.add("PRelu", [a, net.weight(CHANNELS)]),
  sum: (net, a, b) => net.add("Add", [a, b]),
  product: (net, a, b) => net.add("Mul", [a, b]),
  choice: (net, a, b) => net.add("Where", [net.add("Less", [a, b]), a, net.weight(1, 1, CHANNELS)]),
  concat: (net, a, b) => net.first("Conv", [net.add("Concat", [a, b], axis(3)), net.weight(CHANNELS, 8, 1, 1)]),
  concatOfRows: (net, a, b) => {
    const both = net.add("Concat", [a, net.weight(2, 1, SIZE, CHANNELS), b], axis(1));
    return net.add("Slice", [both, net.ints(2), net.ints(2 + SIZE), net.ints(1)]);
  },
  split: (net, a) => {
    const parts = net.to.addMany("Split", [a], axis(-1), { outputs: 2 });
    return net.add("Concat", [parts[1]!, parts[0]!], axis(3));
  },
  softmax: (net, a) => net.add("Softmax", [a], axis(-1)),
  mean: (net, a) => net.add("Sub", [a, net.add("ReduceMean", [a], { axes: attribute.ints([1, 2]) })]),
  meanOfRows: (net, a) => {
    const mean = net.add("ReduceMean", [a], { axes: attribute.ints([1]), keepdims: attribute.int(0) });
    return net.add("Add", [a, net.add("Unsqueeze", [mean, net.ints(1)])]);
  },
  squeezeAndExcite: (net, a) => {
    const mean = net.add("ReduceMean", [a], { axes: attribute.ints([1, 2]), keepdims: attribute.int(0) });
    const row = net.add("Reshape", [mean, net.ints(-1, 1, 1, CHANNELS)]);
    return net.add("Mul", [a, net.first("Conv", [row, net.weight(CHANNELS, CHANNELS, 1, 1)])]);
  },
  padAndCrop: (net, a) => {
    const padded = net.add("Pad", [a, net.ints(0, 2, 1, 0, 0, 1, 1, 0)]);
    return net.add("Slice", [padded, net.ints(1, 2), net.ints(1 + SIZE, 2 + SIZE), net.ints(1, 2)]);
  },
  paddedConv: (net, a) => {
    const padded = net.add("Pad", [a, net.ints(0, 2, 1, 0, 0, 0, 1, 0)]);
    const valid = { kernel_shape: attribute.ints([3, 3]) };
    return net.first("Conv", [padded, net.weight(CHANNELS, CHANNELS, 3, 3)], valid);
  },
  paddedPool: (net, a) => {
    const padded = net.add("Pad", [net.add("Relu", [a]), net.ints(0, 1, 1, 0, 0, 1, 1, 0)]);
    return net.first("MaxPool", [padded], { kernel_shape: attribute.ints([3, 3]) });
  },
  paddedPoolOfAny: (net, a) => {
    const padded = net.add("Pad", [net.add("Sub", [a, net.weight(CHANNELS)]), net.ints(0, 1, 1, 0, 0, 1, 1, 0)]);
    return net.first("MaxPool", [padded], { kernel_shape: attribute.ints([3, 3]) });
  },
  writtenNorm: (net, a) => {
    const made = net.first("Conv", [a, net.weight(CHANNELS, CHANNELS, 1, 1)]);
    const scaled = net.add("Div", [
      net.add("Mul", [made, net.weight(CHANNELS)]),
      net.add("Exp", [net.weight(CHANNELS)]),
    ]);
    return net.add("Sub", [net.weight(CHANNELS), net.add("Add", [scaled, net.weight(1, 1, 1, CHANNELS)])]);
  },
  layerNorm: (net, a) => {
    const last = { axes: attribute.ints([3]) };
    const mean = net.add("ReduceMean", [a], last);
    const difference = net.add("Sub", [a, mean]);
    const variance = net.add("ReduceMean", [net.add("Mul", [difference, difference])], last);
    const root = net.add("Sqrt", [net.add("Add", [variance, net.to.constant("float32", [], [0.001])])]);
    const scale = net.add("Mul", [net.add("Reciprocal", [root]), net.weight(CHANNELS)]);
    const shift = net.add("Sub", [net.weight(CHANNELS), net.add("Mul", [mean, scale])]);
    return net.add("Add", [net.add("Mul", [a, scale]), shift]);
  },
  tied: (net, a) => {
    const table = net.weight(CHANNELS, CHANNELS);
    const rows = net.add("Reshape", [net.add("MatMul", [a, table]), net.ints(-1, CHANNELS)]);
    const product = net.add("MatMul", [rows, net.transpose(table, 1, 0)]);
    return net.add("Reshape", [product, net.ints(-1, SIZE, SIZE, CHANNELS)]);
  },
  tiedOfRank3: (net, a) => {
    const table = net.weight(CHANNELS, CHANNELS);
    const rows = net.add("Reshape", [net.add("MatMul", [a, table]), net.ints(0, -1, CHANNELS)]);
    const turned = net.transpose(net.add("Unsqueeze", [table, net.ints(0)]), 0, 2, 1);
    return net.add("Reshape", [net.add("MatMul", [rows, turned]), net.ints(-1, SIZE, SIZE, CHANNELS)]);
  },
  sizes: (net, a) => {
    const sizeOf = (value: string): string => net.add("Gather", [net.add("Shape", [value]), net.ints(0)], axis(0));
    const rows = [sizeOf(a), net.ints(SIZE, SIZE, CHANNELS)];
    const flat = net.add("Reshape", [a, net.add("Concat", [sizeOf(a), net.ints(-1)], axis(0))]);
    return net.add("Reshape", [net.add("Tanh", [flat]), net.add("Concat", rows, axis(0))]);
  },
  slice: (net, a) => net.add("Slice", [a, net.ints(0, 0, 0, 0), net.ints(9, SIZE, SIZE, CHANNELS)]),
  flip: (net, a) => net.add("Slice", [a, net.ints(-1), net.ints(-9), net.ints(2), net.ints(-1)]),
  best: (net, a) => {
    const index = net.add("ArgMax", [a], axis(3));
    return net.add("Add", [a, net.add("Cast", [index], { to: attribute.int(1) })]);
  },
  sums: (net, a) => net.add("CumSum", [a, net.to.constant("int64", [], [2])]),
  row: (net, a) => {
    const row = net.add("Gather", [a, net.to.constant("int64", [], [3])], axis(1));
    return net.add("Add", [a, net.add("Unsqueeze", [row, net.ints(1)])]);
  },
  shuffle: (net, a) => net.add("Gather", [a, net.ints(2, 0, 3, 1)], axis(3)),
  tile: (net, a) => {
    const tiled = net.add("Tile", [a, net.ints(1, 1, 2, 1)]);
    return net.first("MaxPool", [tiled], { kernel_shape: attribute.ints([1, 2]), strides: attribute.ints([1, 2]) });
  },
  resize: (net, a) => {
    const sizes = net.to.constant("float32", [4], [1, 2, 2, 1]);
    const large = net.add("Resize", [a, "", sizes], { mode: attribute.string("nearest") });
    return net.first("AveragePool", [large], { kernel_shape: attribute.ints([2, 2]), strides: attribute.ints([2, 2]) });
  },
  turn: (net, a) => net.transpose(a, 0, 2, 1, 3),
  flatten: (net, a) => {
    const rows = net.add("Reshape", [a, net.ints(0, SIZE * SIZE, CHANNELS)]);
    const product = net.add("MatMul", [rows, net.weight(CHANNELS, CHANNELS)]);
    return net.add("Reshape", [product, net.ints(0, SIZE, SIZE, CHANNELS)]);
  },
  oneDimensional: (net, a) => {
    const rows = net.add("Reshape", [a, net.ints(0, SIZE * SIZE, CHANNELS)]);
    const image = net.add("Unsqueeze", [rows, net.ints(1)]);
    const kernel = { kernel_shape: attribute.ints([1, 3]), pads: attribute.ints([0, 1, 0, 1]) };
    const made = net.first("Conv", [image, net.weight(CHANNELS, CHANNELS, 1, 3)], kernel);
    const again = net.add("Unsqueeze", [net.add("Tanh", [net.add("Squeeze", [made, net.ints(1)])]), net.ints(1)]);
    const last = net.first("Conv", [again, net.weight(CHANNELS, CHANNELS, 1, 3)], kernel);
    return net.add("Reshape", [net.add("Squeeze", [last, net.ints(1)]), net.ints(0, SIZE, SIZE, CHANNELS)]);
  },
};

const ends: Readonly<Record<string, (net: Net, a: string) => string>> = {
  asItIs: (_, a) => a,
  pooled: (net, a) => net.add("ReduceMean", [a], { axes: attribute.ints([1, 2]), keepdims: attribute.int(0) }),
  squeezed: (net, a) => {
    const mean = net.add("ReduceMax", [a], { axes: attribute.ints([1, 2]) });
    return net.add("Squeeze", [mean, net.ints(1, 2)]);
  },
  flattened: (net, a) => {
    const flat = net.add("Reshape", [a, net.ints(-1, SIZE * SIZE * CHANNELS)]);
    return net.add("Softmax", [net.add("MatMul", [flat, net.weight(SIZE * SIZE * CHANNELS, 3)])]);
  },
};

interface Plan {
  readonly steps: readonly { readonly step: string; readonly a: number; readonly b: number }[];
  readonly end: string;
  readonly seed: number;
}

const plans = fc.record<Plan>({
  steps: fc.array(fc.record({ step: fc.constantFrom(...Object.keys(steps)), a: fc.nat(2), b: fc.nat(4) }), {
    minLength: 1,
    maxLength: 14,
  }),
  end: fc.constantFrom(...Object.keys(ends)),
  seed: fc.nat(1000),
});

/** Each step reads values of the last few ones. */
function networkOf(plan: Plan): Graph {
  const net = new Net(plan.seed);
  const shape = ["n", SIZE, SIZE, CHANNELS];
  const values = [net.to.input("x", { kind: "tensor", dtype: "float32", shape })];
  for (const { step, a, b } of plan.steps) {
    const back = (count: number): string => values[Math.max(0, values.length - 1 - count)]!;
    values.push(steps[step]!(net, back(a), back(b)));
  }
  return net.to.finish("net", [{ name: "y", value: ends[plan.end]!(net, values.at(-1)!) }]);
}

function feed(seed: number): Tensor {
  const random = seededRandom(seed + 1);
  return float32(
    [2, SIZE, SIZE, CHANNELS],
    Array.from({ length: 2 * SIZE * SIZE * CHANNELS }, () => random() - 0.5),
  );
}

const transposes = ({ nodes }: Graph): number => nodes.filter(({ op }) => op === "Transpose").length;

async function outputOf(graph: Graph, x: Tensor): Promise<Tensor> {
  const executable = await executor.compile(graph, { optimization: "disabled" });
  const { y } = await executable.run({ x });
  await executable.dispose();
  return y!;
}

/** Relative to the largest element, or to 0.1: some networks subtract a mean and take the mean again. */
function difference(expected: Tensor, received: Tensor): number {
  const largest = Math.max(1e-6, ...Array.from(numbersOf(expected), Math.abs));
  return relativeError(expected, received) * Math.min(1, largest / 0.1);
}

async function expectSame(plan: Plan): Promise<void> {
  const before = networkOf(plan);
  const expected = await outputOf(before, feed(plan.seed));
  const moved = moveTransposes.run(before);
  verify(moved);
  expect(transposes(moved)).toBeLessThanOrEqual(transposes(before));
  const clean = runPasses(before, importPasses, { verify: true });
  expect(transposes(clean)).toBeLessThanOrEqual(transposes(before));
  expect(runPasses(clean, importPasses)).toBe(clean);
  for (const after of [moved, clean])
    expect(difference(expected, await outputOf(after, feed(plan.seed)))).toBeLessThanOrEqual(1e-5);
}

describe("a network in TensorFlow's layout computes the same after the layout pass", () => {
  it.each(Object.keys(steps))("%s between convolutions", { timeout: 60_000 }, async (step) => {
    const around = ["conv", step, "relu", "conv"].map((name, i) => ({ step: name, a: 0, b: i === 1 ? 1 : 0 }));
    for (const end of Object.keys(ends)) await expectSame({ steps: around, end, seed: 7 });
  });

  it("random networks", { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(plans, expectSame), { numRuns: 60 });
  });
});
