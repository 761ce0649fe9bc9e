// What the passes that merge operators do to the structure of small graphs.
import { describe, expect, it } from "vitest";
import { attribute } from "../graph/graph.ts";
import { constant, graphOf, op } from "../test-support/graphs.ts";
import { draw, numbersIn, run } from "../test-support/passes.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { mergeBias } from "./merge-bias.ts";

describe("foldBatchNorm", () => {
  const norm = {
    gamma: constant([2, 3]),
    beta: constant([1, -1]),
    mean: constant([0.5, 0]),
    variance: constant([4, 1]),
  };
  const weights = { w: constant([1, 2, 3, 4], [2, 2, 1, 1]), b: constant([10, 20]), ...norm };
  const batchNorm = op("BatchNormalization", "a gamma beta mean variance", "y", { epsilon: attribute.float(0) });

  it("scales the weight, shifts the bias and keeps the way home", () => {
    const graph = graphOf({ inputs: ["x"], outputs: ["y"], nodes: [op("Conv", "x w b", "a"), batchNorm], weights });
    const after = run(foldBatchNorm, graph);
    expect(draw(after)).toBe("Conv(x,w,b_folded)>y");
    expect(numbersIn(after, "w")).toEqual([1, 2, 9, 12]);
    expect(numbersIn(after, "b_folded")).toEqual([10.5, 59]);
    expect(after.weights.get("w")!.origin).toMatchObject({ source: "w", steps: [{ kind: "scale", axis: 0 }] });
  });

  it("leaves the weight of another Conv alone", () => {
    const nodes = [op("Conv", "x w", "a"), op("Conv", "x w", "z"), batchNorm];
    const after = run(foldBatchNorm, graphOf({ inputs: ["x"], outputs: ["y", "z"], nodes, weights }));
    expect(draw(after)).toBe("Conv(x,w_folded,w_folded_1)>y Conv(x,w)>z");
    expect(numbersIn(after, "w")).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ["somebody else reads in between", [op("Conv", "x w", "a"), batchNorm], ["y", "a"]],
    ["it stands alone", [op("Relu", "x", "a"), batchNorm], ["y"]],
    ["it trains", [op("Conv", "x w", "a"), { ...batchNorm, attributes: { training_mode: attribute.int(1) } }], ["y"]],
    ["groups share an axis", [op("ConvTranspose", "x w", "a", { group: attribute.int(2) }), batchNorm], ["y"]],
    ["the weight is no constant", [op("Neg", "w", "v"), op("Conv", "x v", "a"), batchNorm], ["y"]],
    ["the bias is no constant", [op("Neg", "b", "v"), op("Conv", "x w v", "a"), batchNorm], ["y"]],
  ])("stays when %s", (_, nodes, outputs) => {
    const graph = graphOf({ inputs: ["x"], outputs, nodes, weights });
    expect(run(foldBatchNorm, graph)).toBe(graph);
  });

  it("stays when its parameters give no finite numbers", () => {
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [op("Conv", "x w", "a"), batchNorm],
      weights: { ...weights, variance: constant([-1, 1]) },
    });
    expect(run(foldBatchNorm, graph)).toBe(graph);
  });

  it("drops the origin where a channel is multiplied by zero", () => {
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [op("Conv", "x w", "a"), batchNorm],
      weights: { ...weights, gamma: constant([0, 1]) },
    });
    expect(run(foldBatchNorm, graph).weights.get("w")!.origin.kind).toBe("dropped");
  });
});

describe("mergeBias", () => {
  const weights = {
    w: constant([1, 2, 3, 4], [2, 2]),
    k: constant([1, 2, 3, 4], [2, 2, 1, 1]),
    b: constant([1, 2]),
    row: constant([1, 2], [1, 2]),
    cube: constant([1, 2], [2, 1, 1]),
  };
  const graph = (x: readonly (number | string)[], ...nodes: ReturnType<typeof op>[]) =>
    graphOf({ inputs: { x }, outputs: ["y"], nodes, weights });

  it("makes a Gemm of MatMul and Add of rank 2", () => {
    const after = run(mergeBias, graph(["n", 2], op("MatMul", "x w", "a"), op("Add", "row a", "y")));
    expect(draw(after)).toBe("Gemm(x,w,row)>y");
    expect(after.weights.get("row")!.source.shape).toEqual([2]);
  });

  it("gives Conv and Gemm the bias they lack", () => {
    expect(draw(run(mergeBias, graph([1, 2, 4, 4], op("Conv", "x k", "a"), op("Add", "a cube", "y"))))).toBe(
      "Conv(x,k,cube)>y",
    );
    const gemm = op("Gemm", "x w", "a", { beta: attribute.float(7), alpha: attribute.float(2) });
    const after = run(mergeBias, graph(["n", 2], gemm, op("Add", "a b", "y")));
    expect(after.nodes[0]).toMatchObject({
      op: "Gemm",
      inputs: ["x", "w", "b"],
      attributes: { beta: { value: 1 }, alpha: { value: 2 } },
    });
  });

  it.each([
    ["a MatMul of rank 3", graph(["n", 5, 2], op("MatMul", "x w", "a"), op("Add", "a b", "y"))],
    ["a bias along another axis", graph([1, 2, 2, 2], op("Conv", "x k", "a"), op("Add", "a b", "y"))],
    ["an operator with a bias", graph(["n", 2], op("Gemm", "x w b", "a"), op("Add", "a b", "y"))],
    ["an Add of the value to itself", graph(["n", 2], op("MatMul", "x w", "a"), op("Add", "a a", "y"))],
    ["no constant", graph(["n", 2], op("MatMul", "x w", "a"), op("Neg", "b", "c"), op("Add", "a c", "y"))],
  ])("leaves %s", (_, before) => {
    expect(run(mergeBias, before)).toBe(before);
  });
});
