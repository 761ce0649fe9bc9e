import { describe, expect, it } from "vitest";
import { float32, int64, tensorOf } from "../tensor/tensor.ts";
import { batchesOf, datasetOf, sampleBatchesOf, take, type Sample } from "./dataset.ts";

const row = (...values: number[]): Sample => ({ feeds: { x: float32([1, values.length], values) }, label: values[0]! });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("datasets", () => {
  const pairs = datasetOf("pairs", () => [row(1, 2), row(3, 4), row(5, 6)], 3);

  it("can be walked more than once", async () => {
    expect(await all(pairs)).toEqual(await all(pairs));
  });

  it("gives the first samples", async () => {
    const two = take(pairs, 2);
    expect(two.length).toBe(2);
    expect((await all(two)).map((sample) => sample.label)).toEqual([1, 3]);
    expect(await all(take(pairs, 0))).toEqual([]);
  });

  it("stops the walk when enough samples were taken", async () => {
    let ended = false;
    const walk = function* () {
      try {
        while (true) yield row(1);
      } finally {
        ended = true;
      }
    };
    await all(take(datasetOf("endless", walk), 3));
    expect(ended).toBe(true);
  });

  it("stacks samples on the first axis", async () => {
    const batches = await all(batchesOf(pairs, { batchSize: 2 }));
    expect(batches).toEqual([{ x: float32([2, 2], [1, 2, 3, 4]) }, { x: float32([1, 2], [5, 6]) }]);
  });

  it("keeps labels beside stacked feeds, and stops after `samples`", async () => {
    const batches = await all(sampleBatchesOf(pairs, { batchSize: 4, samples: 2 }));
    expect(batches.map((batch) => batch.samples.map((sample) => sample.label))).toEqual([[1, 3]]);
  });

  it("gives smaller batches where shapes differ", async () => {
    const ragged = datasetOf("ragged", () => [row(1), row(2), row(3, 4), row(5)]);
    const shapes = (await all(batchesOf(ragged, { batchSize: 8 }))).map((feeds) => feeds["x"]!.shape);
    expect(shapes).toEqual([
      [2, 1],
      [1, 2],
      [1, 1],
    ]);
  });

  it("stacks 64-bit integers and strings, and never scalars or packed types", async () => {
    const sample = { ids: int64([1, 2], [1, 2]), text: tensorOf("string", [1], ["a"]) };
    const stacked = await all(
      batchesOf(
        datasetOf("mixed", () => [{ feeds: sample }, { feeds: sample }]),
        { batchSize: 2 },
      ),
    );
    expect(stacked).toEqual([{ ids: int64([2, 2], [1, 2, 1, 2]), text: tensorOf("string", [2], ["a", "a"]) }]);
    for (const loose of [float32([], [1]), tensorOf("int4", [1, 1], Uint8Array.of(1))]) {
      const dataset = datasetOf("loose", () => [{ feeds: { x: loose } }, { feeds: { x: loose } }]);
      expect(await all(batchesOf(dataset, { batchSize: 2 }))).toHaveLength(2);
    }
  });

  it("knows its length where one sample is one batch", () => {
    expect(batchesOf(pairs, { batchSize: 1, samples: 2 }).length).toBe(2);
    expect(batchesOf(pairs, { batchSize: 2 }).length).toBeUndefined();
  });

  it("refuses an empty walk and senseless sizes", async () => {
    await expect(
      all(
        batchesOf(
          datasetOf("void", () => []),
          { batchSize: 1 },
        ),
      ),
    ).rejects.toMatchObject({ code: "CORE_DATASET_EMPTY" });
    for (const batchSize of [0, -1, 1.5, NaN]) {
      expect(() => batchesOf(pairs, { batchSize })).toThrow(expect.objectContaining({ code: "CORE_BATCH_OPTION" }));
    }
  });
});
