// What the layout pass does to the structure of small graphs. That it keeps what they compute is held against
// onnxruntime in test/passes.
import { describe, expect, it } from "vitest";
import { attribute, type Node } from "../../graph/graph.ts";
import { constant, graphOf, op, subgraph } from "../../test-support/graphs.ts";
import { draw, ifNode, numbersIn, run } from "../../test-support/passes.ts";
import { moveTransposes } from "./layout.ts";

const toFirst = (from: string, to: string): Node => op("Transpose", from, to, { perm: attribute.ints([0, 3, 1, 2]) });
const toLast = (from: string, to: string): Node => op("Transpose", from, to, { perm: attribute.ints([0, 2, 3, 1]) });
const conv = (x: string, y: string): readonly Node[] => [
  toFirst(x, `${x}_f_${y}`),
  op("Conv", `${x}_f_${y} w`, `${y}_f`),
  toLast(`${y}_f`, y),
];
const w = constant([1, 2, 3, 4], [2, 2, 1, 1]);
const image = { x: ["n", 4, 5, 2] };

describe("moveTransposes", () => {
  it("leaves one Transpose at each border of a chain", () => {
    const nodes = [...conv("x", "a"), op("Relu", "a", "b"), op("Add", "b bias", "c"), ...conv("c", "y")];
    const graph = graphOf({ inputs: image, outputs: ["y"], nodes, weights: { w, bias: constant([1, 2]) } });
    const after = run(moveTransposes, graph);
    expect(draw(after)).toBe(
      "Transpose(x)>x_f_a Conv(x_f_a,w)>a_f Relu(a_f)>b_moved Add(b_moved,bias_moved)>c_f_y Conv(c_f_y,w)>y_f Transpose(y_f)>y",
    );
    expect(after.weights.get("bias_moved")!.source.shape).toEqual([2, 1, 1]);
    expect(numbersIn(after, "bias_moved")).toEqual([1, 2]);
  });

  it.each([
    ["no permutation", [0, 0, 1, 2]],
    ["one of other axes", [0, 2, 1]],
  ])("takes a Transpose with %s for an operator like others", (_, perm) => {
    const odd = op("Transpose", "a", "z", { perm: attribute.ints(perm) });
    const nodes = [...conv("x", "a"), odd, ...conv("a", "b"), op("Neg", "z", "y")];
    const after = run(moveTransposes, graphOf({ inputs: image, outputs: ["y", "b"], nodes, weights: { w } }));
    expect(draw(after)).toContain("Transpose(a_f)>a Transpose(a)>z Conv(a_f,w)>b_f");
  });

  it("leaves what is captured by a body in its order", () => {
    const body = subgraph([op("Neg", "b", "inner")], ["inner"]);
    const nodes = [...conv("x", "a"), op("Relu", "a", "b"), ...conv("b", "d"), ifNode("y", body)];
    const graph = graphOf({
      inputs: { ...image, c: { kind: "tensor", dtype: "bool", shape: [] } },
      outputs: ["y", "d"],
      nodes,
      weights: { w },
    });
    const after = run(moveTransposes, graph);
    expect(draw(after)).toContain("Relu(a_f)>b_f_d Transpose(b_f_d)>b Conv(b_f_d,w)>d_f");
  });
});
