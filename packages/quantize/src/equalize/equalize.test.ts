// SmoothQuant's factors and cross-layer equalization against stored results of numpy, written from the papers
// (fixtures/make_equalize.py).
import { readFileSync } from "node:fs";
import { attribute, float32, GraphDraft, numbersOf, sourceOf, type Graph } from "@tersor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placementOf } from "../integer.ts";
import { modelOf, noise, op } from "../test-support/graphs.ts";
import { minMax } from "../calibrators/min-max.ts";
import { columnsOf, type Columns } from "./columns.ts";
import { equalizingFactors } from "./cross-layer.ts";
import { equalizeAcrossLayers } from "./equalize.ts";
import { SampledLayer, type LayerScheme } from "./layer-error.ts";
import { chooseSmoothing, smoothingFactors, weightMagnitudes } from "./smooth-quant.ts";
import { weightedReaders } from "./weighted-readers.ts";

const { int, ints } = attribute;

interface Stored {
  readonly smoothQuant: {
    readonly x: readonly number[];
    readonly w: readonly number[];
    readonly v: readonly number[];
    readonly cases: readonly { readonly alpha: number; readonly factors: readonly number[] }[];
  };
  readonly crossLayer: Readonly<Record<"original" | "equalized", Readonly<Record<string, readonly number[]>>>>;
}

const stored = JSON.parse(readFileSync(new URL("../../fixtures/equalize.json", import.meta.url), "utf8")) as Stored;

function columnsIn(graph: Graph, tensor: string): readonly Columns[] {
  return weightedReaders(new GraphDraft(graph), tensor).map((reader) =>
    columnsOf(reader, graph.weights.get(reader.weight)!.source, Infinity)!,
  );
}

function near(received: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(received.length).toBe(expected.length);
  expected.forEach((value, i) => expect(received[i]! / value).toBeCloseTo(1, digits));
}

const scheme: LayerScheme = {
  dtype: "uint8",
  symmetric: false,
  calibrator: minMax,
  weightBits: 8,
  perChannel: true,
};

describe("SmoothQuant", () => {
  const { x, w, v, cases } = stored.smoothQuant;
  const graph = modelOf({
    inputs: { x: [20, 6] },
    outputs: "y z",
    nodes: [op("MatMul", "x w", "y"), op("Gemm", "x v", "z", { transB: int(1) })],
    weights: { w: float32([6, 5], w), v: float32([4, 6], v) },
  });
  const absmax = new Float32Array(6).map((_, j) => Math.max(...x.filter((__, i) => i % 6 === j).map(Math.abs)));

  it.each(cases)("has numpy's factors for alpha $alpha", ({ alpha, factors }) =>
    near(smoothingFactors(absmax, weightMagnitudes(columnsIn(graph, "x"), 6, "absolute"), alpha), factors, 5),
  );

  it("leaves channels alone that are zero on one side", () =>
    expect([...smoothingFactors(Float32Array.of(0, 2, 4), Float32Array.of(1, 0, 1), 0.5)]).toEqual([1, 1, 2]));

  it("chooses a share with which an outlier channel costs the others less", () => {
    const plain = modelOf({
      inputs: { x: [32, 6] },
      outputs: "y",
      nodes: [op("MatMul", "x w", "y")],
      weights: { w: noise([6, 5], 1, 3) },
    });
    const rows = Array.from({ length: 32 }, (_, i) =>
      Float32Array.from(numbersOf(noise([6], 1, i)), (value, j) => (j === 2 ? 100 * value : value)),
    );
    const columns = columnsIn(plain, "x");
    const layers = columns.map((own) => new SampledLayer(rows, own, scheme));
    const largest = new Float32Array(6).map((_, j) => Math.max(...rows.map((row) => Math.abs(row[j]!))));
    const found = chooseSmoothing(layers, largest, weightMagnitudes(columns, 6, "absolute"), {}, "absolute");
    const error = (s: Float32Array): number => layers[0]!.error(s).absolute;
    expect(error(found!.factors)).toBeLessThan(error(new Float32Array(6).fill(1)) / 2);
    expect(found!.factors[2]! / Math.max(found!.factors[0]!, found!.factors[1]!)).toBeGreaterThan(3);
  });
});

describe("a sampled layer", () => {
  it("has the error of rounding by hand", () => {
    const columns: Columns = {
      depth: 2,
      weights: Float32Array.of(1, 0.5),
      first: Int32Array.of(0),
      output: Int32Array.of(0),
    };
    const layer = new SampledLayer([Float32Array.of(255, 0.4), Float32Array.of(0, 10)], columns, scheme);
    // Steps 1 and 1 / 127: 0.4 becomes 0 and 0.5 becomes 64 / 127.
    const error = 0.2 ** 2 + (10 * (64 / 127 - 0.5)) ** 2;
    expect(layer.error(Float32Array.of(1, 1)).absolute).toBeCloseTo(error, 4);
  });

  it.each([1, 2, 4])("takes a Conv of %i groups as products of its taps", (group) => {
    const weight = noise([4, 4 / group, 1, 2]);
    const node = op("Conv", "x w", "y", { group: int(group) });
    const graph = modelOf({ inputs: { x: [1, 4, 3, 3] }, outputs: "y", nodes: [node], weights: { w: weight } });
    const [{ depth, weights, first, output }] = columnsIn(graph, "x") as [Columns];
    expect([depth, first.length]).toEqual([4 / group, 8]);
    output.forEach((channel, column) => {
      expect(first[column]).toBe(Math.floor(channel / (4 / group)) * depth);
      for (let k = 0; k < depth; k++)
        expect(weights[column * depth + k]).toBe(numbersOf(weight)[(channel * depth + k) * 2 + (column % 2)]);
    });
  });

  it("spreads few columns over all output channels", () => {
    const reader = { node: op("MatMul", "x w", "y") } as Parameters<typeof columnsOf>[0];
    expect([...columnsOf(reader, sourceOf(noise([3, 10])), 4)!.output]).toEqual([0, 3, 6, 9]);
  });
});

describe("cross-layer equalization", () => {
  const shapes: Readonly<Record<string, readonly number[]>> = {
    first: [6, 3, 3, 3],
    bias: [6],
    depthwise: [6, 1, 3, 3],
    point: [5, 6, 1, 1],
    last: [5, 4],
  };
  const graph = modelOf({
    inputs: { x: [1, 3, 9, 9] },
    outputs: "y",
    nodes: [
      op("Conv", "x first bias", "a"),
      op("Relu", "a", "b"),
      op("Conv", "b depthwise", "c", { group: int(6), pads: ints([1, 1, 1, 1]) }),
      op("Relu", "c", "d"),
      op("Conv", "d point", "e"),
      op("GlobalAveragePool", "e", "f"),
      op("Flatten", "f", "g"),
      op("Gemm", "g last", "y"),
    ],
    weights: Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, float32(shape, stored.crossLayer.original[name]!)]),
    ),
  });

  it("comes to rest where numpy does", () => {
    const placement = placementOf(graph, { mode: "static" });
    const { graph: after, done } = equalizeAcrossLayers(graph, placement, { method: "cross-layer", rounds: 200 });
    expect(done.map(({ tensor, division }) => `${tensor} ${division}`)).toEqual(["b folded", "d folded", "g folded"]);
    for (const [name, expected] of Object.entries(stored.crossLayer.equalized))
      near(numbersOf(after.weights.get(name)!.source.tensor()), expected, 2);
  });

  it("makes the two ranges of a pair equal in one step", () => {
    const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(positive, positive), { minLength: 1 }), (pairs) => {
        const s = equalizingFactors(
          pairs.map(([r1]) => r1),
          pairs.map(([, r2]) => r2),
        );
        pairs.forEach(([r1, r2], i) => expect(r1 / s[i]! / (r2 * s[i]!)).toBeCloseTo(1, 5));
      }),
    );
  });
});
