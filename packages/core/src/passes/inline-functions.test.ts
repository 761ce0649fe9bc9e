import { expect, test } from "vitest";
import { attribute, nodeOf, type Graph, type LocalFunction } from "../graph/graph.ts";
import { float32 } from "../tensor/tensor.ts";
import { draw, run } from "../test-support/passes.ts";
import { graphOf } from "../test-support/graphs.ts";
import { inlineFunctions } from "./inline-functions.ts";

const linear: LocalFunction = {
  name: "Linear",
  domain: "local",
  inputs: ["x", "w", "b"],
  outputs: ["y", "x"],
  attributes: ["alpha"],
  defaults: {},
  nodes: [
    nodeOf("MatMul", "product", ["x", "w"], ["t"]),
    nodeOf("LeakyRelu", "clip", ["t"], ["y"], { alpha: { kind: "reference", name: "alpha", of: "alpha" } }),
  ],
  opsets: new Map([["", 17]]),
  types: new Map(),
};

function calling(functions: readonly LocalFunction[], opset = 17): Graph {
  const graph = graphOf({
    // "t" is the name of an inner value too.
    inputs: { t: [2, 2] },
    outputs: ["z"],
    nodes: [
      nodeOf("Linear", "first", ["t", "w"], ["a"], { alpha: attribute.float(0.25) }, "local"),
      nodeOf("Linear", "second", ["a", "w", ""], ["z", "copy"], {}, "local"),
    ],
    weights: { w: float32([2, 2], [1, 2, 3, 4]) },
    opset,
  });
  return { ...graph, opsets: new Map([...graph.opsets, ["local", 1]]), functions };
}

test("calls become the nodes of the function, under names that clash with nothing", () => {
  const after = run(inlineFunctions, calling([linear]));
  expect(draw(after)).toBe("MatMul(t,w)>t_1 LeakyRelu(t_1)>a MatMul(a,w)>t_2 LeakyRelu(t_2)>z Identity(a)>copy");
  expect(after.nodes.map(({ name }) => name)).toEqual([
    "first/product",
    "first/clip",
    "second/product",
    "second/clip",
    "",
  ]);
  expect(after.functions).toEqual([]);
});

test("attributes of the call are filled in, absent ones leave", () => {
  const after = inlineFunctions.run(calling([linear]));
  expect(after.nodes.filter(({ op }) => op === "LeakyRelu").map(({ attributes }) => attributes)).toEqual([
    { alpha: { kind: "float", value: 0.25 } },
    {},
  ]);
});

test("functions that call others are inlined to the end, unless they multiply beyond measure", () => {
  const twice = (name: string, inner: string): LocalFunction => ({
    ...linear,
    name,
    outputs: ["y"],
    nodes: [nodeOf(inner, "", ["x", "w"], ["t"], {}, "local"), nodeOf(inner, "", ["t", "w"], ["y"], {}, "local")],
  });
  const after = run(
    inlineFunctions,
    calling([
      { ...twice("Linear", "Relu2"), outputs: ["y", "x"] },
      { ...linear, name: "Relu2", outputs: ["y"] },
    ]),
  );
  expect(after.nodes.filter(({ op }) => op === "MatMul")).toHaveLength(4);
  const chain = Array.from({ length: 40 }, (_, i) => twice(i === 0 ? "Linear" : `F${i}`, `F${i + 1}`));
  const bomb = calling([...chain, { ...linear, name: "F40" }]);
  expect(inlineFunctions.run(bomb)).toBe(bomb);
});

test("functions of other operator set versions, and ones that call themselves, stay", () => {
  const older = calling([linear], 18);
  expect(inlineFunctions.run(older)).toBe(older);
  const endless = calling([{ ...linear, nodes: [nodeOf("Linear", "", ["x", "w"], ["y"], {}, "local")] }]);
  expect(inlineFunctions.run(endless)).toBe(endless);
});
