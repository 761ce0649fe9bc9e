// Saturating sums written in standard operators and run by onnxruntime, against what the instructions of CPUs without
// VNNI give (packages/quantize/fixtures/make_saturating_sums.c), and for convolutions against their patches.

import { readFileSync } from "node:fs";
import {
  attribute,
  float32,
  nodeOf,
  numbersOf,
  originOf,
  sourceOf,
  tensorOf,
  type Graph,
  type Node,
  type Tensor,
} from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { emulateSums } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";

interface Fixture {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly x: number[];
  readonly w: number[];
  readonly sums: number[];
}

const url = new URL("../../packages/quantize/fixtures/saturating-sums.json", import.meta.url);
const { rows, depth, columns, x, w, sums } = JSON.parse(readFileSync(url, "utf8")) as Fixture;

const executor = createExecutor();
afterAll(() => executor.dispose());

/** Sums that no machine saturates. */
const exactSums = Array.from({ length: rows * columns }, (_, i) => {
  const [m, n] = [Math.floor(i / columns), i % columns];
  return Array.from({ length: depth }, (_, k) => x[m * depth + k]! * w[n * depth + k]!).reduce((a, b) => a + b);
});

const byRows = Int8Array.from(
  { length: depth * columns },
  (_, i) => w[(i % columns) * depth + Math.floor(i / columns)]!,
);
const scales = Float32Array.from({ length: columns }, (_, c) => 0.01 * (c + 1));

function graphOf(nodes: readonly Node[], weights: Readonly<Record<string, Tensor>>, shape: readonly number[]): Graph {
  const sources = Object.entries(weights).map(
    ([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }] as const,
  );
  return {
    name: "g",
    inputs: [{ name: "x", type: { kind: "tensor", dtype: "float32", shape } }],
    outputs: [{ name: "y", type: { kind: "unknown" } }],
    nodes,
    weights: new Map(sources),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
}

/** Codes as floats go in, and come out of QuantizeLinear as they are: scale 1, zero point 0. */
const quantizeInput = [
  nodeOf("QuantizeLinear", "q", ["x", "one", "zero"], ["xq"]),
  nodeOf("DequantizeLinear", "dq", ["xq", "one", "zero"], ["xd"]),
];
const unit = { one: float32([], [1]), zero: tensorOf("uint8", [], Uint8Array.of(0)) };

async function run(graph: Graph, feed: Tensor) {
  const model = await executor.compile(graph, { optimization: "disabled" });
  try {
    return await model.run({ x: feed });
  } finally {
    await model.dispose();
  }
}

describe("a product behind DequantizeLinear", () => {
  const product = graphOf(
    [
      ...quantizeInput,
      nodeOf("DequantizeLinear", "dw", ["w", "scale", "none"], ["wd"], { axis: attribute.int(1) }),
      nodeOf("MatMul", "product", ["xd", "wd"], ["y"]),
    ],
    {
      ...unit,
      w: tensorOf("int8", [depth, columns], byRows),
      scale: float32([columns], scales),
      none: tensorOf("int8", [columns], new Int8Array(columns)),
    },
    [rows, depth],
  );

  it("sums as the instructions do, and says what was lost", async () => {
    const { graph, layers, products } = emulateSums(product, "saturating");
    const results = await run(graph, float32([rows, depth], x));
    const expected = sums.map((sum, i) => sum * scales[i % columns]!);
    Array.from(numbersOf(results["y"]!)).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 0));
    expect(products).toBe(1);
    const [layer] = layers;
    const scalar = (name: string) => Number(numbersOf(results[name]!)[0]);
    expect(layer).toMatchObject({ node: "product", op: "MatMul" });
    expect(scalar(layer!.sums)).toBe((rows * columns * depth) / 2);
    expect(scalar(layer!.saturated)).toBe(saturatedPairs());
    const lost = exactSums.map((sum, i) => ((sum - sums[i]!) * scales[i % columns]!) ** 2).reduce((a, b) => a + b);
    expect(scalar(layer!.noise) / lost).toBeCloseTo(1, 4);
  });

  it("is exact where exact sums are asked for", async () => {
    const results = await run(emulateSums(product, "exact").graph, float32([rows, depth], x));
    const expected = exactSums.map((sum, i) => sum * scales[i % columns]!);
    Array.from(numbersOf(results["y"]!)).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 0));
  });
});

/** Pair sums that leave 16 bits. */
function saturatedPairs(): number {
  let count = 0;
  for (let m = 0; m < rows; m++)
    for (let n = 0; n < columns; n++)
      for (let k = 0; k < depth; k += 2) {
        const pair = x[m * depth + k]! * w[n * depth + k]! + x[m * depth + k + 1]! * w[n * depth + k + 1]!;
        if (pair > 32767 || pair < -32768) count++;
      }
  return count;
}

it("MatMulInteger sums as the instructions do", async () => {
  // The range is 0 to 255, so DynamicQuantizeLinear finds scale 1 and zero point 0.
  const graph = graphOf(
    [
      nodeOf("DynamicQuantizeLinear", "q", ["x"], ["xq", "s", "z"]),
      nodeOf("MatMulInteger", "product", ["xq", "w", "z"], ["y"]),
    ],
    { w: tensorOf("int8", [depth, columns], byRows) },
    [rows, depth],
  );
  const results = await run(emulateSums(graph, "saturating").graph, float32([rows, depth], x));
  expect(Array.from(numbersOf(results["y"]!))).toEqual(sums);
});

it("a convolution sums over its patches as a product over rows, padding with the zero point", async () => {
  const [channels, size, count, zero] = [4, 5, 3, 7];
  const kernel = Int8Array.from({ length: count * channels * 9 }, (_, i) => (i % 5 === 0 ? -127 : 127 - (i % 11)));
  const image = Uint8Array.from({ length: channels * size * size }, (_, i) => (i * 37) % 256);
  const graph = graphOf(
    [
      nodeOf("QuantizeLinear", "q", ["x", "one", "zero"], ["xq"]),
      nodeOf("DequantizeLinear", "dq", ["xq", "one", "zero"], ["xd"]),
      nodeOf("DequantizeLinear", "dw", ["w", "one", "none"], ["wd"]),
      nodeOf("Conv", "conv", ["xd", "wd"], ["y"], {
        pads: attribute.ints([1, 1, 1, 1]),
        strides: attribute.ints([2, 2]),
      }),
    ],
    {
      one: float32([], [1]),
      zero: tensorOf("uint8", [], Uint8Array.of(zero)),
      none: tensorOf("int8", [], Int8Array.of(0)),
      w: tensorOf("int8", [count, channels, 3, 3], kernel),
    },
    [1, channels, size, size],
  );
  const feed = float32(
    [1, channels, size, size],
    Float32Array.from(image, (code) => code - zero),
  );
  const { graph: saturating } = emulateSums(graph, "saturating");
  const got = Array.from(numbersOf((await run(saturating, feed))["y"]!));
  const at = (c: number, r: number, q: number) =>
    r < 0 || q < 0 || r >= size || q >= size ? zero : image[(c * size + r) * size + q]!;
  const expected: number[] = [];
  for (let o = 0; o < count; o++)
    for (let r = -1; r <= 3; r += 2)
      for (let q = -1; q <= 3; q += 2) {
        let sum = 0;
        for (let t = 0; t < 9; t++)
          for (let c = 0; c < channels; c += 2) {
            const product = (channel: number): number =>
              at(channel, r + Math.floor(t / 3), q + (t % 3)) * kernel[(o * channels + channel) * 9 + t]!;
            sum += Math.max(-32768, Math.min(32767, product(c) + product(c + 1)));
          }
        // The runtime's result is about codes less their zero point.
        for (let i = 0; i < channels * 9; i++) sum -= zero * kernel[o * channels * 9 + i]!;
        expected.push(sum);
      }
  expect(got).toEqual(expected);
});

it("what has no products u8 x s8 stays as it is", () => {
  const plain = graphOf([nodeOf("Relu", "relu", ["x"], ["y"])], {}, [1]);
  expect(emulateSums(plain, "saturating")).toEqual({ graph: plain, layers: [], products: 0 });
});
