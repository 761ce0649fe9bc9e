// What the pass does to the structure of small graphs; that the result is the same is held against onnxruntime in
// test/passes/einsum.test.ts.
import { describe, expect, it } from "vitest";
import { attribute, type Graph } from "../graph/graph.ts";
import { restoreSource } from "../graph/origin.ts";
import { constant, graphOf, op } from "../test-support/graphs.ts";
import { draw, numbersIn, run } from "../test-support/passes.ts";
import { einsumToMatMul } from "./einsum-to-matmul.ts";

const einsum = (equation: string, inputs = "x w") =>
  op("Einsum", inputs, "y", { equation: attribute.string(equation) });
const counting = (...shape: readonly number[]) =>
  constant(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    shape,
  );
const graph = (equation: string, weight = counting(2, 3, 4)): Graph =>
  graphOf({ inputs: ["x"], outputs: ["y"], nodes: [einsum(equation)], weights: { w: weight } });

describe("einsumToMatMul", () => {
  it("splits the columns of the product into the letters of the weight", () => {
    const after = run(einsumToMatMul, graph("ibh, hnd -> ibnd"));
    expect(draw(after)).toBe("MatMul(x,w)>y_product Reshape(y_product,y_shape)>y");
    expect(after.weights.get("w")?.source.shape).toEqual([2, 12]);
    expect(numbersIn(after, "y_shape")).toEqual([0, 0, 3, 4]);
  });

  it("joins the letters that are summed, and turns the weight", () => {
    const after = run(einsumToMatMul, graph("ibnd,hnd->ibh"));
    expect(draw(after)).toBe("Reshape(x,y_rows_shape)>y_rows MatMul(y_rows,w)>y");
    expect(after.weights.get("w")?.source.shape).toEqual([12, 2]);
    expect(numbersIn(after, "y_rows_shape")).toEqual([0, 0, -1]);
    expect(numbersIn(after, "w").slice(0, 4)).toEqual([0, 12, 1, 13]);
  });

  it("keeps the weight's way home, and the weight that others read", () => {
    const before = graph("ibnd,hnd->ibh");
    const turned = run(einsumToMatMul, before).weights.get("w")!;
    expect(restoreSource(turned)).toEqual(before.weights.get("w")!.source.tensor());
    const nodes = [einsum("ab,bc->ac"), op("Neg", "w", "z")];
    const shared = graphOf({ inputs: ["x"], outputs: ["y", "z"], nodes, weights: { w: counting(2, 3) } });
    expect(draw(run(einsumToMatMul, shared))).toBe("MatMul(x,w_matrix)>y Neg(w)>z");
  });

  it.each([
    ["a letter of both in the result", "ibnd,snd->ibns"],
    ["summed letters that stand first", "hib,hnd->ibnd"],
    ["a letter of the weight that is gone", "ibh,hnd->ibn"],
    ["a diagonal", "iih,hnd->ind"],
    ["letters that are not named", "...h,hnd->...nd"],
    ["no sum", "ib,hnd->ibhnd"],
    ["a weight of another rank", "ibh,hn->ibn"],
  ])("leaves %s", (_, equation) => {
    const before = graph(equation);
    expect(run(einsumToMatMul, before)).toBe(before);
  });
});
