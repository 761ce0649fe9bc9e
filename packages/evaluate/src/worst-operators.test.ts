import { nodeOf, type CheckedTensor } from "@tersor/core";
import { expect, test } from "vitest";
import { worstOperators } from "./worst-operators.ts";

const tensor = (name: string, sqnrDb: number, nonFinite = 0): CheckedTensor => ({
  name,
  kind: "float",
  sqnrDb,
  cosine: 1,
  maxAbsError: 0,
  elements: 1,
  nonFinite,
  referenceNonFinite: 0,
});
const chain = ["a", "b", "c", "d"].map((name, i) => nodeOf("Gemm", `make-${name}`, [i ? "abcd"[i - 1]! : "x"], [name]));
const names = (compared: readonly CheckedTensor[], count?: number) =>
  worstOperators(chain, compared, count).map(({ node }) => node);

test("a node that adds error comes before one that passes more on", () => {
  expect(names([tensor("a", 10), tensor("b", 9), tensor("c", 9), tensor("d", 20)])).toEqual(["make-a", "make-b"]);
});

test("a drop by few decibels of a noisy tensor outweighs one by many of a clean tensor", () => {
  expect(names([tensor("a", 60), tensor("b", 30), tensor("c", 8), tensor("d", 5)], 2)).toEqual(["make-d", "make-c"]);
});

test("NaN comes first, and what reads it is not to blame", () => {
  expect(names([tensor("a", 10), tensor("b", 50, 1), tensor("c", -Infinity, 9)])).toEqual(["make-b", "make-a"]);
});

test("tensors without a comparison are passed over", () => {
  expect(names([{ name: "a", kind: "not-comparable", reason: "", nonFinite: 0 }, tensor("b", 10)])).toEqual(["make-b"]);
  expect(names([])).toEqual([]);
});
