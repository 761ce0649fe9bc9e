// Second moments that the runtime multiplies are those of the rows themselves, whatever their rank and number.
import {
  createObserver,
  float32,
  nodeOf,
  originOf,
  sourceOf,
  type Batches,
  type Feeds,
  type Graph,
  type Tensor,
} from "@tersor/core";
import { afterAll, expect, it } from "vitest";
import { createExecutor } from "./executor.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

/** y = Relu(x) * w, of any rank; `unknown` has a shape that nothing says. */
function graph(rank: number, features: number): Graph {
  const shape = [...Array.from({ length: rank - 1 }, (_, i) => `d${i}`), features];
  return {
    name: "rows",
    inputs: [{ name: "x", type: { kind: "tensor", dtype: "float32", shape } }],
    outputs: [{ name: "y", type: { kind: "unknown" } }],
    nodes: [nodeOf("Relu", "h", ["x"], ["h"]), nodeOf("Mul", "y", ["h", "w"], ["y"])],
    weights: new Map([["w", { source: sourceOf(float32([1], [2])), origin: originOf("w") }]]),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
}

const noise = (shape: readonly number[], seed: number): Tensor =>
  float32(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 7.3 + seed) * 3),
  );

const batches = (all: readonly Feeds[]): Batches => ({
  async *[Symbol.asyncIterator]() {
    yield* await Promise.resolve(all);
  },
});

it.each([
  [
    "rows",
    [
      [5, 6],
      [3, 6],
      [1, 6],
    ],
  ],
  [
    "tokens",
    [
      [1, 7, 4],
      [2, 3, 4],
    ],
  ],
  [
    "heads",
    [
      [2, 3, 5, 8],
      [1, 2, 2, 8],
    ],
  ],
])("of %s, over batches of different sizes", async (_, shapes) => {
  const model = graph(shapes[0]!.length, shapes[0]!.at(-1)!);
  const feeds = shapes.map((shape, i) => ({ x: noise(shape, i) }));
  const [found, range] = await executor.observe(model, batches(feeds), [
    { tensor: "h", observer: "second-moment" },
    { tensor: "h", observer: "min-max" },
  ]);
  const rows = createObserver({ tensor: "h", observer: "second-moment" });
  for (const { x } of feeds)
    rows.update(
      float32(
        x.shape,
        (x.data as Float32Array).map((value) => Math.max(value, 0)),
      ),
    );
  const expected = rows.summary();
  if (found?.kind !== "second-moment" || expected.kind !== "second-moment") throw new Error("no second moment");
  expect(found.count).toBe(expected.count);
  expect(found.features).toBe(expected.features);
  const largest = Math.max(...expected.matrix);
  expected.matrix.forEach((value, i) => expect(Math.abs(found.matrix[i]! - value)).toBeLessThan(1e-5 * largest));
  expect(range!.kind).toBe("min-max");
});

it("of inputs and of nothing are found as well", async () => {
  const model = graph(2, 3);
  const request = [{ tensor: "x", observer: "second-moment" as const }];
  const [found] = await executor.observe(model, batches([{ x: float32([2, 3], [1, 2, 3, 4, 5, 6]) }]), request);
  expect(found).toMatchObject({ kind: "second-moment", features: 3, count: 2 });
  const [none] = await executor.observe(model, batches([]), [{ tensor: "h", observer: "second-moment" }]);
  expect(none).toMatchObject({ kind: "second-moment", count: 0 });
});
