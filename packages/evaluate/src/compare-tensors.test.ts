import { float32, int64, isTersorError, tensorFromNumbers, tensorOf } from "@tersor/core";
import { expect, test } from "vitest";
import { compareTensors, countNonFinite, createComparison } from "./compare-tensors.ts";
import { oracle } from "./oracle.fixture.ts";

const { shape, reference, actual, ...expected } = oracle.comparison;

test("SQNR, cosine, errors and top-1 agreement are numpy's", () => {
  const found = compareTensors(float32(shape, reference), float32(shape, actual));
  if (found.kind !== "float") throw found;
  for (const [name, value] of Object.entries(expected)) {
    expect(found[name as keyof typeof expected], name).toBeCloseTo(value, 12);
  }
  expect(found).toMatchObject({ elements: 30, nonFinite: 0, referenceNonFinite: 0 });
});

test("sample by sample gives what all at once gives", () => {
  const comparison = createComparison();
  for (let row = 0; row < 6; row++) {
    const slice = (values: number[]) => float32([1, 5], values.slice(row * 5, row * 5 + 5));
    comparison.update(slice(reference), slice(actual));
  }
  const whole = compareTensors(float32(shape, reference), float32(shape, actual));
  if (whole.kind !== "float") throw whole;
  expect(comparison.summary()).toEqual({
    ...whole,
    sqnrDb: expect.closeTo(whole.sqnrDb, 12),
    cosine: expect.closeTo(whole.cosine, 14),
  });
});

test("equal tensors have infinite SQNR, also when they are zero or empty", () => {
  expect(compareTensors(float32([2], [1, 2]), float32([2], [1, 2]))).toMatchObject({ sqnrDb: Infinity, cosine: 1 });
  const zero = compareTensors(float32([2], [0, 0]), float32([2], [0, 0]));
  expect(zero).toMatchObject({ sqnrDb: Infinity, cosine: 1 });
  expect(zero).not.toHaveProperty("maxRelError");
  expect(compareTensors(float32([0, 4], []), float32([0, 4], []))).toMatchObject({ sqnrDb: Infinity, elements: 0 });
});

test("a zero reference with noise has SQNR -Infinity and cosine 0", () => {
  expect(compareTensors(float32([1], [0]), float32([1], [1]))).toMatchObject({ sqnrDb: -Infinity, cosine: 0 });
});

test("NaN and infinity are counted and left out of the sums", () => {
  const found = compareTensors(
    float32([6], [1, 2, 3, -Infinity, Infinity, NaN]),
    float32([6], [1, NaN, Infinity, -Infinity, 5, NaN]),
  );
  expect(found).toMatchObject({ nonFinite: 2, referenceNonFinite: 3, sqnrDb: Infinity, elements: 6 });
  expect(countNonFinite(float32([3], [NaN, 1, -Infinity]))).toBe(2);
  expect(countNonFinite(int64([1], [1]))).toBe(0);
});

test("a row of NaN never agrees with a finite one", () => {
  expect(compareTensors(float32([2], [1, 0]), float32([2], [NaN, NaN]))).toMatchObject({ top1Agreement: 0 });
});

test("integers, booleans and strings compare by match rate, 64-bit ones exactly", () => {
  expect(compareTensors(int64([3], [1, 2, 3]), int64([3], [1, 2, 4]))).toEqual({
    kind: "exact",
    matchRate: 2 / 3,
    elements: 3,
  });
  expect(compareTensors(int64([1], [2n ** 53n]), int64([1], [2n ** 53n + 1n]))).toMatchObject({ matchRate: 0 });
  expect(
    compareTensors(tensorFromNumbers("int4", [3], [-8, 7, 1]), tensorFromNumbers("int4", [3], [-8, 7, 2])),
  ).toEqual({ kind: "exact", matchRate: 2 / 3, elements: 3 });
  expect(compareTensors(tensorOf("string", [2], ["a", "b"]), tensorOf("string", [2], ["a", "c"]))).toMatchObject({
    matchRate: 0.5,
  });
});

test("float16 is compared with float32", () => {
  expect(compareTensors(float32([2], [1, 0.5]), tensorFromNumbers("float16", [2], [1, 0.5]))).toMatchObject({
    sqnrDb: Infinity,
  });
});

test.each([
  ["shapes", float32([2], [1, 2]), float32([1, 2], [1, 2])],
  ["kinds of element type", float32([1], [1]), int64([1], [1])],
  ["integer types", tensorFromNumbers("int8", [1], [1]), tensorFromNumbers("uint8", [1], [1])],
])("different %s are a typed error", (_, a, b) => {
  expect(() => compareTensors(a, b)).toThrow(
    expect.toSatisfy((error) => isTersorError(error, "EVALUATE_NOT_COMPARABLE")),
  );
});
