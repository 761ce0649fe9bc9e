// Observing in several walks, with batches of different sizes: the summaries must be those of one walk.

import { float32, type Batches, type Feeds, type Graph, type ObserveOptions, type Summary } from "@tersor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../read/model.ts";
import { createExecutor } from "./executor.ts";
import { fixture } from "./oracle.fixture.ts";
import { TapSizes } from "./tap-sizes.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

let net: Graph;
beforeAll(async () => {
  net = await readModel(fixture("net"));
});

/** Feeds with rows of falling numbers, so that each batch has a range of its own. */
function batch(rows: number, seed: number): Feeds {
  return {
    x: float32(
      [rows, 8],
      Array.from({ length: rows * 8 }, (_, i) => Math.sin(i * seed) * seed),
    ),
  };
}

interface Counted extends Batches {
  walks: number;
}

function batchesOf(all: readonly Feeds[]): Counted {
  return {
    walks: 0,
    length: all.length,
    async *[Symbol.asyncIterator]() {
      this.walks++;
      yield* all;
    },
  };
}

const names = ["mm1", "x", "sum1", "hidden", "y"];

async function observe(batches: Batches, options: ObserveOptions = {}): Promise<readonly Summary[]> {
  const requests = names.map((tensor) => ({ tensor, observer: "histogram" as const, bins: 2048 }));
  return executor.observe(net, batches, requests, options);
}

describe("observing with little room", () => {
  const ragged = [batch(4, 1), batch(2, 2), batch(16, 3), batch(4, 4)];

  it("walks once when everything fits", async () => {
    const batches = batchesOf(ragged);
    const done: number[] = [];
    const summaries = await observe(batches, { onBatch: (count) => done.push(count) });
    expect(batches.walks).toBe(1);
    expect(done).toEqual([1, 2, 3, 4]);
    expect(summaries.map((summary) => summary.count)).toEqual([26 * 16, 26 * 8, 26 * 16, 26 * 16, 26 * 3]);
  });

  // One row of 16 floats takes 64 bytes: room for all tensors of 4 rows, of 16 rows for one at a time.
  it.each([
    ["one tensor at a time", 1, 4],
    ["fewer when a larger batch comes", 2000, 3],
  ])("walks several times, %s, to the same result", async (_, maxTapBytes, walks) => {
    const batches = batchesOf(ragged);
    const done: number[] = [];
    const summaries = await observe(batches, { maxTapBytes, onBatch: (count) => done.push(count) });
    expect(batches.walks).toBe(walks);
    expect(summaries).toEqual(await observe(batchesOf(ragged)));
    expect(done.at(-1)).toBe(4);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it("gives empty summaries for no batches", async () => {
    const summaries = await observe(batchesOf([]));
    expect(summaries.map((summary) => summary.count)).toEqual([0, 0, 0, 0, 0]);
  });

  it("names the batch that does not fit", async () => {
    const wrong = batchesOf([batch(1, 1), { x: float32([1, 7], Array<number>(7).fill(0)) }]);
    await expect(observe(wrong)).rejects.toThrow("batch 2");
  });

  it("passes on what the batches throw", async () => {
    const broken: Batches = {
      async *[Symbol.asyncIterator]() {
        yield batch(1, 1);
        throw new RangeError("no more");
      },
    };
    await expect(observe(broken)).rejects.toThrow(RangeError);
    expect(await observe(batchesOf([batch(1, 1)]))).toHaveLength(5);
  });

  it("keeps observations apart that run at the same time", async () => {
    const [a, b] = await Promise.all([observe(batchesOf(ragged)), observe(batchesOf(ragged.slice(1)))]);
    expect(a).toEqual(await observe(batchesOf(ragged)));
    expect(b).toEqual(await observe(batchesOf(ragged.slice(1))));
  });
});

describe("sizes of tapped tensors", () => {
  it("are known before anything runs, and follow the largest feeds", () => {
    const sizes = new TapSizes(net, 16 * 64 + 1);
    expect(sizes.fitting(["mm1", "sum1", "y"], batch(8, 1))).toEqual(["mm1", "sum1"]);
    expect(sizes.fitting(["mm1", "sum1"], batch(4, 1))).toEqual(["mm1", "sum1"]);
    expect(sizes.fitting(["mm1", "sum1"], batch(9, 1))).toEqual(["mm1"]);
  });

  it("are corrected by what a run gives", () => {
    const sizes = new TapSizes(net, 5000);
    sizes.measured({ mm1: 4000, sum1: 4000 });
    expect(sizes.fitting(["mm1", "sum1"], batch(1, 1))).toEqual(["mm1"]);
  });
});
