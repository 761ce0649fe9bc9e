// Products that are taken out of the changes of shape around them.
import { describe, expect, it } from "vitest";
import type { Dim } from "../graph/dim.ts";
import { constant, graphOf, op } from "../test-support/graphs.ts";
import { draw, run } from "../test-support/passes.ts";
import { int64 } from "../tensor/tensor.ts";
import { removeDeadCode } from "./dead-code.ts";
import { reshapeAroundMatMul } from "./tensordot.ts";

const weights = {
  w: constant([1, 2, 3, 4, 5, 6], [2, 3]),
  b: constant([1, 1, 1]),
  rows: int64([2], [-1, 2]),
  back: int64([3], [-1, 4, 3]),
  heads: int64([4], [-1, 4, 3, 1]),
  copied: int64([2], [0, 3]),
};
const matrix = op("Reshape", "x rows", "m");
const product = op("MatMul", "m w", "p");
const bias = op("Add", "p b", "q");

function after(shape: readonly Dim[], ...nodes: Parameters<typeof graphOf>[0]["nodes"][number][]): string {
  const graph = graphOf({ inputs: { x: shape }, outputs: ["y"], nodes, weights });
  return draw(removeDeadCode.run(run(reshapeAroundMatMul, graph)));
}

describe("reshapeAroundMatMul", () => {
  it("leaves the product alone where both undo each other", () => {
    const end = op("Relu", "r", "y");
    expect(after(["n", 4, 2], matrix, product, op("Reshape", "p back", "r"), end)).toBe("MatMul(x,w)>p Relu(p)>y");
  });

  it("does so for sizes that are computed", () => {
    const nodes = [
      op("Shape", "x", "s"),
      op("Slice", "s zero two", "head"),
      op("Concat", "head three", "target", { axis: { kind: "int", value: 0 } }),
      matrix,
      product,
      bias,
      op("Reshape", "q target", "r"),
      op("Relu", "r", "y"),
    ];
    const sizes = { zero: int64([1], [0]), two: int64([1], [2]), three: int64([1], [3]) };
    const graph = graphOf({ inputs: { x: ["n", "t", 2] }, outputs: ["y"], nodes, weights: { ...weights, ...sizes } });
    expect(draw(removeDeadCode.run(run(reshapeAroundMatMul, graph)))).toBe("MatMul(x,w)>p Add(p,b)>q Relu(q)>y");
  });

  it("keeps the second one where it makes another shape", () => {
    const nodes = [matrix, product, bias, op("Reshape", "q heads", "y")];
    expect(after(["n", 4, 2], ...nodes)).toBe("MatMul(x,w)>p Add(p,b)>q Reshape(q,heads)>y");
  });

  it.each([
    ["the matrix is the result", ["n", 4, 2], [matrix, op("MatMul", "m w", "y")]],
    ["somebody reads the matrix", ["n", 4, 2], [matrix, product, op("Relu", "p", "y")]],
    ["sizes are those of the matrix", ["n", 4, 2], [matrix, product, op("Reshape", "p copied", "y")]],
    ["rows are put together from other axes", ["n", 4, 4], [matrix, product, op("Reshape", "p back", "y")]],
    [
      "there is no constant factor",
      ["n", 4, 2],
      [op("Neg", "w", "v"), matrix, op("MatMul", "m v", "p"), op("Reshape", "p back", "y")],
    ],
  ])("changes nothing when %s", (_, shape, nodes) => {
    const graph = graphOf({ inputs: { x: shape as readonly Dim[] }, outputs: ["y"], nodes, weights });
    expect(run(reshapeAroundMatMul, graph)).toBe(graph);
  });
});
