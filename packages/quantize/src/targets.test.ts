import { expect, test } from "vitest";
import { choiceFor, targetComputes, targets, targetSaturates, targetTakesIntegerBias } from "./targets.ts";

test("what is right on all machines is right on those that saturate", () => {
  expect(targets[0]).toBe("portable");
  expect(targets.filter(targetSaturates)).toEqual(["portable", "x86-avx2", "x86-avx512", "web"]);
});

test("an unknown target is named with the known ones", () => {
  expect(() => choiceFor("x86-avx9", "qdq")).toThrow('There is no target "x86-avx9". Known: portable, x86-avx2');
  expect(() => choiceFor("toString", "qdq")).toThrow('There is no target "toString"');
});

test("tensorrt takes symmetric Q/DQ pairs and float biases, and nothing else", () => {
  expect(choiceFor("tensorrt", "qdq")).toEqual({ activationType: "int8", activationScheme: "symmetric" });
  expect(() => choiceFor("tensorrt", "integerops")).toThrow('The target "tensorrt" does not take the format');
  expect(targets.filter((target) => !targetTakesIntegerBias(target))).toEqual(["tensorrt"]);
  expect(targets.filter((target) => !targetComputes(target, "table"))).toEqual(["tensorrt"]);
});
