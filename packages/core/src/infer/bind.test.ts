// Binding symbolic shapes to those of a batch.

import { describe, expect, it } from "vitest";
import type { Dim } from "../graph/dim.ts";
import { bindShapes, evaluateShape } from "./bind.ts";

function shapes(values: Readonly<Record<string, readonly Dim[]>>) {
  const types = Object.entries(values).map(([name, shape]) => [name, { kind: "tensor", shape } as const] as const);
  return { types: new Map(types) };
}

const model = shapes({
  past: ["batch", "past", 64],
  ids: ["batch", "seq"],
  mask: ["batch", "past+seq"],
  y: ["batch", "floor(seq/2)", "past+seq"],
  open: ["batch", "?count"],
});

describe("bindShapes", () => {
  it("evaluates every shape that follows", () => {
    const bound = bindShapes(model, { past: [2, 3, 64], ids: [2, 5], mask: [2, 8] });
    expect(Object.fromEntries(bound.bindings)).toEqual({ batch: 2, past: 3, seq: 5 });
    expect(bound.shapeOf("y")).toEqual([2, 2, 8]);
    expect(bound.shapeOf("open")).toBeUndefined();
    expect(bound.shapeOf("nowhere")).toBeUndefined();
  });

  it("solves a sum for the one name that is open", () => {
    expect(bindShapes(model, { ids: [1, 5], mask: [1, 9] }).bindings.get("past")).toBe(4);
  });

  const wrong = [
    ["a rank", { ids: [2] }, "the rank differs"],
    ["a name with two values", { ids: [2, 5], past: [3, 3, 64] }, '"batch" would be 2 and 3'],
    ["a number", { past: [2, 3, 65] }, "64 is 64, not 65"],
    ["an expression", { past: [2, 3, 64], ids: [2, 5], mask: [2, 9] }, "past+seq is 8, not 9"],
  ] as const;
  it.each(wrong)("refuses %s that does not fit", (_, inputs, why) => {
    expect(() => bindShapes(model, inputs)).toThrow(expect.objectContaining({ code: "CORE_INPUT_SHAPE_MISMATCH" }));
    expect(() => bindShapes(model, inputs)).toThrow(why);
  });
});

describe("evaluateShape", () => {
  it("needs all names", () => {
    expect(evaluateShape(["n", "n*m"], new Map([["n", 2]]))).toBeUndefined();
    expect(
      evaluateShape(
        ["n", "n*m"],
        new Map([
          ["n", 2],
          ["m", 3],
        ]),
      ),
    ).toEqual([2, 6]);
  });
});
