import { expect, test } from "vitest";
import { assertTarget, targets, targetSaturates } from "./targets.ts";

test("what is right on all machines is right on those that saturate", () => {
  expect(targets[0]).toBe("portable");
  expect(targets.filter(targetSaturates)).toEqual(["portable", "x86-avx2", "x86-avx512"]);
});

test("an unknown target is named with the known ones", () => {
  expect(() => assertTarget("x86-avx9")).toThrow('There is no target "x86-avx9". Known: portable, x86-avx2');
});
