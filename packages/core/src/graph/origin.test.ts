import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteLengthOf, type DataType } from "../tensor/dtype.ts";
import { derivedSource, reshapedSource, transposedSource } from "../tensor/layout.ts";
import { sourceOf, type TensorSource } from "../tensor/source.ts";
import {
  bytesOf,
  elementCount,
  float32,
  float32Of,
  numbersOf,
  tensorFromBytes,
  tensorFromNumbers,
} from "../tensor/tensor.ts";
import type { Weight } from "./graph.ts";
import {
  applySteps,
  dropped,
  extend,
  holdsCodes,
  inverseOf,
  isExactOrigin,
  isWidening,
  originOf,
  restoreSource,
  scaledAlong,
  type OriginStep,
} from "./origin.ts";

const dtypes = ["float32", "float16", "int64", "int8", "bool"] as const;

/** A weight with random bytes, at most 4 axes of at most 5. */
const anyWeight = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const size = byteLengthOf(dtype, elementCount(shape));
    return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes): Weight => ({
      source: sourceOf(tensorFromBytes(dtype, shape, bytes)),
      origin: originOf("w"),
    }));
  });

type Change = (weight: Weight, seed: number) => Weight;

const transpose: Change = ({ source, origin }, seed) => {
  const permutation = [...source.shape.keys()].sort((a, b) => ((a * 7 + seed) % 5) - ((b * 7 + seed) % 5));
  return { source: transposedSource(source, permutation), origin: extend(origin, { kind: "transpose", permutation }) };
};
const flatten: Change = ({ source, origin }) => {
  const to = [elementCount(source.shape), 1];
  return { source: reshapedSource(source, to), origin: extend(origin, { kind: "reshape", from: source.shape, to }) };
};

describe("restoreSource", () => {
  it("gives the bytes of the source back after any chain of transposes and reshapes", () => {
    fc.assert(
      fc.property(
        anyWeight,
        fc.array(fc.tuple(fc.constantFrom(transpose, flatten), fc.nat()), { maxLength: 40 }),
        (source, changes) => {
          const end = changes.reduce((weight, [change, seed]) => change(weight, seed), source);
          expect(isExactOrigin(end.origin)).toBe(true);
          const restored = restoreSource(end);
          expect(restored.shape).toEqual(source.source.shape);
          expect(bytesOf(restored)).toEqual(source.source.bytes());
        },
      ),
    );
  });

  it.each<[DataType, DataType, readonly number[]]>([
    ["float16", "float32", [0, -1.5, 65504, 6e-8]],
    ["bfloat16", "float32", [0, 1e30, -3]],
    ["int8", "int32", [-128, 0, 127]],
    ["uint8", "float16", [0, 255]],
    ["int32", "float64", [-(2 ** 31), 2 ** 31 - 1]],
    ["bool", "int64", [0, 1]],
  ])("undoes the cast from %s to %s exactly", (from, to, numbers) => {
    const before = tensorFromNumbers(from, [numbers.length], numbers);
    const after = tensorFromNumbers(to, [numbers.length], numbers);
    const weight = { source: sourceOf(after), origin: extend(originOf("w"), { kind: "cast", from, to }) };
    expect(isExactOrigin(weight.origin)).toBe(true);
    expect(bytesOf(restoreSource(weight))).toEqual(bytesOf(before));
  });

  it("undoes scales within 2^-22 of each element", () => {
    const factor = fc.float({ min: Math.fround(1e-3), max: 1e3, noNaN: true });
    const element = fc.float({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => Math.abs(x) > 1e-20 || x === 0);
    fc.assert(
      fc.property(
        fc.array(element, { minLength: 12, maxLength: 12 }),
        fc.array(factor, { minLength: 3, maxLength: 3 }),
        (elements, factors) => {
          const source = float32([2, 3, 2], elements);
          const scaled = float32([2, 3, 2], scaledAlong(source, 1, factors));
          const step = { kind: "scale", axis: 1, factors: Float32Array.from(factors) } as const;
          const restored = float32Of(restoreSource({ source: sourceOf(scaled), origin: extend(originOf("w"), step) }));
          restored.forEach((x, i) =>
            expect(Math.abs(x - float32Of(source)[i]!)).toBeLessThanOrEqual(Math.abs(elements[i]!) * 2 ** -22),
          );
        },
      ),
    );
    expect(isExactOrigin(extend(originOf("w"), { kind: "scale", axis: 0, factors: new Float32Array(1) }))).toBe(false);
  });

  it("undoes shifts within a rounding of the larger number, and orders exactly", () => {
    const weight = float32([2, 4, 1], [1, 2, 3, 4, 5, 6, 7, 8]);
    const steps = [
      { kind: "reorder", axis: 1, order: [0, 3, 1, 2] },
      { kind: "shift", axis: 0, offsets: Float32Array.of(10, -0.5) },
    ] as const;
    const changed = applySteps(steps, weight);
    expect(numbersOf(changed)).toEqual(Float32Array.of(11, 14, 12, 13, 4.5, 7.5, 5.5, 6.5));
    const origin = extend(originOf("w"), ...steps);
    expect(isExactOrigin(origin)).toBe(false);
    expect(numbersOf(restoreSource({ source: sourceOf(changed), origin }))).toEqual(numbersOf(weight));
  });

  it("takes new elements home", () => {
    const weight = transpose({ source: sourceOf(float32([2, 3], [1, 2, 3, 4, 5, 6])), origin: originOf("w") }, 3);
    const trained = float32(
      weight.source.shape,
      float32Of(weight.source.tensor()).map((x) => x * 10),
    );
    expect(numbersOf(restoreSource(weight, trained))).toEqual(Float32Array.of(10, 20, 30, 40, 50, 60));
  });

  it("says why a weight has no way home", () => {
    const weight = { source: sourceOf(float32([0], [])), origin: dropped("it is a sum") };
    expect(() => restoreSource(weight)).toThrow(
      expect.objectContaining({ code: "CORE_ORIGIN_DROPPED", data: { why: "it is a sum" } }),
    );
    expect(extend(weight.origin, { kind: "transpose", permutation: [0] })).toBe(weight.origin);
  });
});

describe("isWidening", () => {
  it.each<[DataType, DataType, boolean]>([
    ["float32", "float16", false],
    ["float16", "bfloat16", false],
    ["int32", "float32", false],
    ["int16", "float32", true],
    ["uint8", "int8", false],
    ["uint32", "int64", true],
    ["string", "float32", false],
    ["float32", "bool", false],
    ["int64", "float64", false],
  ])("of %s to %s is %s", (from, to, expected) => {
    expect(isWidening(from, to)).toBe(expected);
  });
});

describe("lazy sources", () => {
  it("are computed once for many partial reads", () => {
    let computed = 0;
    const source = derivedSource([], "uint8", [4], () => (computed++, Uint8Array.of(1, 2, 3, 4)));
    expect([...source.bytes(1, 2), ...source.bytes(3), ...source.tensor().data]).toEqual([2, 3, 4, 1, 2, 3, 4]);
    expect(computed).toBe(1);
  });

  it("in a chain of 10,000 do not exhaust the stack", () => {
    let source = sourceOf(float32([2, 3], [1, 2, 3, 4, 5, 6]));
    for (let i = 0; i < 10_000; i++) source = transposedSource(source, [1, 0]);
    expect(numbersOf(source.tensor())).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });
});

it("inverseOf undoes a permutation", () => {
  expect(inverseOf([2, 0, 3, 1])).toEqual([1, 3, 0, 2]);
});

it("codes are told from floats and from integers that always were", () => {
  const weight = (source: TensorSource, ...steps: readonly OriginStep[]): Weight => ({
    source,
    origin: extend(originOf("w"), ...steps),
  });
  const codes = sourceOf(tensorFromNumbers("int8", [2], [127, -3]));
  expect(holdsCodes(weight(codes, { kind: "cast", from: "float32", to: "int8" }))).toBe(true);
  expect(holdsCodes(weight(codes))).toBe(false);
  expect(
    holdsCodes(
      weight(sourceOf(tensorFromNumbers("float32", [2], [1, 2])), { kind: "cast", from: "float16", to: "float32" }),
    ),
  ).toBe(false);
});
