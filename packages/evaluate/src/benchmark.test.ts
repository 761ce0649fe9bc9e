import { float32, isTersorError } from "@tersor/core";
import { expect, test } from "vitest";
import { benchmark, benchmarkPair } from "./benchmark.ts";
import { fakeExecutor } from "./fake-executor.fixture.ts";
import { oracle } from "./oracle.fixture.ts";
import { percentilesOf } from "./percentiles.ts";

const feeds = { x: float32([4, 2], new Float32Array(8)) };

test("percentiles are numpy's", () => {
  const { samples, values } = oracle.percentiles;
  const { p50, p90, p99, min, max } = percentilesOf(samples);
  [p50, p90, p99].forEach((value, i) => expect(value).toBeCloseTo(values[i]!, 12));
  expect([min, max]).toEqual([Math.min(...samples), Math.max(...samples)]);
  expect(percentilesOf([3])).toEqual({ p50: 3, p90: 3, p99: 3, mean: 3, min: 3, max: 3 });
});

test("latency and throughput of one model", async () => {
  const executor = fakeExecutor({ m: { run: (x) => x, wallMs: (run) => (run < 9 ? 2 : 12) } });
  const found = await benchmark({ executor, model: { file: "m" }, feeds, warmup: 3, iterations: 10, threads: 2 });
  expect(found).toMatchObject({ batchSize: 4, threads: 2, warmup: 3, iterations: 10 });
  expect(found.wallMs).toMatchObject({ p50: 2, mean: 3, max: 12 });
  expect(found.cpuMs.p50).toBe(4);
  expect(found.throughput).toBe(2000);
  expect(executor.log).toEqual(["compile m", "time m 3+10", "dispose m"]);
});

test("two models take turns", async () => {
  const executor = fakeExecutor({
    a: { run: (x) => x, wallMs: () => 6 },
    b: { run: (x) => x, wallMs: (run) => (run < 2 ? 2 : 3) },
  });
  const found = await benchmarkPair({
    executor,
    fp32: { file: "a" },
    int8: { file: "b" },
    feeds,
    warmup: 4,
    rounds: 3,
    iterationsPerRound: 2,
  });
  expect(executor.log.filter((line) => line.startsWith("time"))).toEqual([
    "time a 4+2",
    "time b 4+2",
    "time a 1+2",
    "time b 1+2",
    "time a 1+2",
    "time b 1+2",
  ]);
  expect(found.wall).toEqual({ value: 2, min: 2, max: 3 });
  expect(found.cpu).toEqual({ value: 2, min: 2, max: 3 });
  expect(found.fp32.throughput).toBeCloseTo(4000 / 6, 9);
});

test.each([{ warmup: -1 }, { iterations: 0 }, { iterations: 1.5 }, { iterations: NaN }])(
  "%o is refused",
  async (counts) => {
    const executor = fakeExecutor({ m: { run: (x) => x } });
    await expect(benchmark({ executor, model: { file: "m" }, feeds, ...counts })).rejects.toSatisfy((error) =>
      isTersorError(error, "EVALUATE_INVALID_OPTION"),
    );
    expect(executor.log).toEqual([]);
  },
);
