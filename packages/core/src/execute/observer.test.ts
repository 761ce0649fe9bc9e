// Observers against what numpy finds in the same batches (fixtures/observers/make.py), and the laws of merging.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTersorError } from "../errors.ts";
import { float32, int64, tensorFromNumbers, tensorOf, type Tensor } from "../tensor/tensor.ts";
import { createObserver, mergeSummaries, type ObserverRequest, type Summary } from "./observer.ts";

interface Oracle {
  readonly batches: readonly { readonly shape: number[]; readonly values: number[] }[];
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly moving: { readonly constant: number; readonly min: number; readonly max: number };
  readonly limit: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly absmax: { readonly last: number[]; readonly middle: number[] };
  readonly secondMoment: number[];
  readonly rows: number;
  readonly half: { readonly bits: number[]; readonly min: number; readonly max: number };
}

const url = new URL("../../fixtures/observers/oracle.json", import.meta.url);
const oracle = JSON.parse(readFileSync(url, "utf8")) as Oracle;
const batches = oracle.batches.map(({ shape, values }) => float32(shape, values));

type Wanted = ObserverRequest extends infer R ? (R extends ObserverRequest ? Omit<R, "tensor"> : never) : never;

function observe(request: Wanted, tensors: readonly Tensor[]): Summary {
  const observer = createObserver({ tensor: "t", ...request } as ObserverRequest);
  for (const tensor of tensors) observer.update(tensor);
  return observer.summary();
}

describe("observers against numpy", () => {
  it("finds the range", () => {
    const { min, max, count } = oracle;
    expect(observe({ observer: "min-max" }, batches)).toEqual({
      kind: "min-max",
      min,
      max,
      count,
      batches: 3,
      nonFinite: 0,
    });
  });

  it("averages ranges over batches", () => {
    const { constant, min, max } = oracle.moving;
    const summary = observe({ observer: "moving", constant }, batches);
    expect(summary).toMatchObject({ kind: "moving", count: oracle.count, batches: 3 });
    if (summary.kind !== "moving") return;
    expect(summary.min).toBeCloseTo(min, 5);
    expect(summary.max).toBeCloseTo(max, 5);
  });

  it("counts every element in its bin, however often the range had to widen", () => {
    const summary = observe({ observer: "histogram", bins: 2048 }, batches);
    expect(summary).toMatchObject({ limit: oracle.limit, min: oracle.min, max: oracle.max, count: oracle.count });
    const counts = summary.kind === "histogram" ? [...summary.counts] : [];
    expect(Object.fromEntries([...counts.entries()].filter(([, count]) => count > 0))).toEqual(oracle.counts);
  });

  it("finds the largest magnitude of each channel on any axis", () => {
    const last = observe({ observer: "channel-absmax", axis: -1 }, batches);
    const middle = observe({ observer: "channel-absmax", axis: 1 }, batches);
    expect(last).toEqual({
      kind: "channel-absmax",
      absmax: Float32Array.from(oracle.absmax.last),
      count: oracle.count,
    });
    expect(middle).toMatchObject({ absmax: Float32Array.from(oracle.absmax.middle) });
  });

  it("sums outer products of rows, whatever their number", () => {
    const summary = observe({ observer: "second-moment" }, batches);
    expect(summary).toMatchObject({ features: 4, count: oracle.rows });
    const matrix = summary.kind === "second-moment" ? summary.matrix : [];
    oracle.secondMoment.forEach((value, i) => expect(matrix[i]).toBeCloseTo(value, 6));
    const one = observe({ observer: "second-moment" }, [float32([5, 1], [1, 2, 3, 4, 5])]);
    expect(one).toMatchObject({ matrix: Float64Array.of(55), count: 5 });
  });

  it("reads halves", () => {
    const { bits, min, max } = oracle.half;
    const tensor = tensorOf("float16", [64], Uint16Array.from(bits));
    expect(observe({ observer: "min-max" }, [tensor])).toMatchObject({ min, max, count: 64 });
  });
});

describe("observers at the edges", () => {
  it("leaves NaN and infinities out and counts them", () => {
    const values = [NaN, 1, -Infinity, 2, Infinity, -3, ...Array<number>(30).fill(0.5), NaN];
    const tensor = float32([values.length], values);
    const range = { min: -3, max: 2, count: values.length - 4, nonFinite: 4 };
    expect(observe({ observer: "min-max" }, [tensor])).toMatchObject(range);
    expect(observe({ observer: "histogram", bins: 2048 }, [tensor])).toMatchObject({ ...range, limit: 4 });
    expect(observe({ observer: "channel-absmax", axis: 0 }, [float32([2], [NaN, -2])])).toMatchObject({
      absmax: Float32Array.of(0, 2),
    });
  });

  it("has an empty range where nothing was seen", () => {
    const nothing = { min: Infinity, max: -Infinity, count: 0 };
    expect(observe({ observer: "min-max" }, [])).toMatchObject(nothing);
    expect(observe({ observer: "moving", constant: 0.1 }, [float32([1], [NaN])])).toMatchObject({
      ...nothing,
      nonFinite: 1,
    });
    expect(observe({ observer: "histogram", bins: 2048 }, [float32([0], [])])).toMatchObject({ ...nothing, limit: 0 });
  });

  it("keeps zeros in place until a range is known, and the limit in the last bin", () => {
    const summary = observe({ observer: "histogram", bins: 2048 }, [float32([2], [0, 0]), float32([2], [1, -1])]);
    const counts = summary.kind === "histogram" ? summary.counts : new Float64Array();
    expect([counts[1024], counts[2047], counts[0]]).toEqual([2, 1, 1]);
  });

  it("observes integers of every width", () => {
    expect(observe({ observer: "min-max" }, [int64([2], [-5n, 9n])])).toMatchObject({ min: -5, max: 9 });
    expect(observe({ observer: "min-max" }, [tensorFromNumbers("int4", [3], [-8, 7, 0])])).toMatchObject({
      min: -8,
      max: 7,
    });
    expect(observe({ observer: "min-max" }, [tensorFromNumbers("uint8", [2], [3, 255])])).toMatchObject({ max: 255 });
  });

  it("goes on after a summary was taken", () => {
    const observer = createObserver({ tensor: "t", observer: "histogram", bins: 2048 });
    observer.update(float32([1], [1]));
    const before = observer.summary();
    observer.update(float32([1], [1]));
    expect([before, observer.summary()]).toMatchObject([{ count: 1 }, { count: 2 }]);
    expect(before.kind === "histogram" && before.counts.reduce((a, b) => a + b)).toBe(1);
  });

  it("refuses shapes and parameters that make no sense, with the tensor named", () => {
    const cases: [string, () => unknown][] = [
      ["CORE_OBSERVER_REQUEST", () => observe({ observer: "histogram", bins: 100 }, [])],
      ["CORE_OBSERVER_REQUEST", () => observe({ observer: "sample", rows: 0, seed: 1 }, [])],
      ["CORE_OBSERVER_REQUEST", () => observe({ observer: "second-moment" }, [float32([0, 20000], [])])],
      ["CORE_OBSERVED_SHAPE", () => observe({ observer: "channel-absmax", axis: 2 }, [float32([1], [1])])],
      ["CORE_OBSERVED_SHAPE", () => observe({ observer: "second-moment" }, [float32([1], [1]), float32([2], [1, 2])])],
      ["CORE_NOT_NUMERIC", () => observe({ observer: "min-max" }, [tensorOf("string", [1], ["a"])])],
      ["CORE_OBSERVER_UNKNOWN", () => observe({ observer: "minmax" } as never, [])],
      [
        "CORE_SUMMARIES_DIFFER",
        () => mergeSummaries(observe({ observer: "min-max" }, []), observe({ observer: "second-moment" }, [])),
      ],
    ];
    for (const [code, act] of cases)
      expect(act).toThrow(expect.toSatisfy((error: unknown) => isTersorError(error, code)));
  });
});

describe("sampling", () => {
  const rows = float32(
    [100, 2],
    Array.from({ length: 200 }, (_, i) => i),
  );

  it("keeps rows of the data, as many as asked for, the same for the same seed", () => {
    const sample = observe({ observer: "sample", rows: 10, seed: 3 }, [rows]);
    if (sample.kind !== "sample") return expect.unreachable();
    expect(sample.rows).toHaveLength(10);
    for (const [a, b] of sample.rows.map((row) => [row[0]!, row[1]!] as const)) expect(b).toBe(a + 1);
    expect(observe({ observer: "sample", rows: 10, seed: 3 }, [rows])).toEqual(sample);
    expect(observe({ observer: "sample", rows: 10, seed: 4 }, [rows])).not.toEqual(sample);
  });

  it("draws every row equally often", () => {
    const hits = new Float64Array(100);
    for (let seed = 0; seed < 400; seed++) {
      const sample = observe({ observer: "sample", rows: 10, seed }, [rows]);
      if (sample.kind === "sample") for (const row of sample.rows) hits[row[0]! / 2]!++;
    }
    // 40 expected with a standard deviation of 6.
    expect(Math.min(...hits)).toBeGreaterThan(15);
    expect(Math.max(...hits)).toBeLessThan(70);
  });

  it("takes a vector as one row", () => {
    expect(observe({ observer: "sample", rows: 2, seed: 1 }, [float32([3], [1, 2, 3])])).toMatchObject({
      rows: [Float32Array.of(1, 2, 3)],
      count: 1,
    });
  });
});

describe("merging", () => {
  const requests: readonly Wanted[] = [
    { observer: "min-max" },
    { observer: "histogram", bins: 2050 },
    { observer: "channel-absmax", axis: 1 },
    { observer: "sum" },
    { observer: "second-moment" },
    { observer: "sample", rows: 3, seed: 5 },
  ];
  const finite = fc.oneof(fc.float({ noNaN: true }), fc.integer({ min: -64, max: 64 }));
  const batch = fc
    .array(fc.tuple(finite, finite), { maxLength: 6 })
    .map((pairs) => float32([pairs.length, 2], pairs.flat()));

  it.each(requests)("is associative for $observer", (request) => {
    const integers = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 12 });
    const even = integers.map((values) => float32([values.length >> 1, 2], values.slice(0, (values.length >> 1) * 2)));
    const square = fc
      .array(fc.integer({ min: -99, max: 99 }), { minLength: 4, maxLength: 4 })
      .map((values) => float32([2, 2], values));
    const exact = { "second-moment": even, sum: square }[request.observer as string] ?? batch;
    fc.assert(
      fc.property(exact, exact, exact, (x, y, z) => {
        const [a, b, c] = [x, y, z].map((tensor) => observe(request, [tensor])) as [Summary, Summary, Summary];
        expect(mergeSummaries(mergeSummaries(a, b), c)).toEqual(mergeSummaries(a, mergeSummaries(b, c)));
      }),
      { numRuns: 40 },
    );
  });

  it("gives the histogram of all the data together", () => {
    fc.assert(
      fc.property(batch, batch, (x, y) => {
        const request: Wanted = { observer: "histogram", bins: 2048 };
        const all = float32([x.shape[0]! + y.shape[0]!, 2], [...(x.data as Float32Array), ...(y.data as Float32Array)]);
        const together = observe(request, [all]);
        expect(mergeSummaries(observe(request, [x]), observe(request, [y]))).toEqual(together);
        expect(observe(request, [x, y])).toEqual(together);
      }),
      { numRuns: 40 },
    );
  });

  it("weighs moving averages by their batches", () => {
    const request: Wanted = { observer: "moving", constant: 0.5 };
    const one = observe(request, [float32([1], [1])]);
    const three = observe(request, [float32([1], [5]), float32([1], [5]), float32([1], [5])]);
    expect(mergeSummaries(one, three)).toMatchObject({ min: 4, max: 4, batches: 4 });
  });
});
