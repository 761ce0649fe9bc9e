import { expect, test } from "vitest";
import { int64, tensorFromNumbers } from "../tensor/tensor.ts";
import { sourceOf } from "../tensor/source.ts";
import { GraphBuilder } from "./builder.ts";
import { attribute } from "./graph.ts";
import { verify } from "./verify.ts";

const image = { kind: "tensor", dtype: "float32", shape: ["batch", 3, 8, 8] } as const;

test("knows shapes and small contents of what it has built", () => {
  const builder = GraphBuilder.start(17, ["y"]);
  const x = builder.input("x", image);
  const shape = builder.add("Shape", [x]);
  const channels = builder.add("Gather", [shape, builder.constant("int64", [], [1])], { axis: attribute.int(0) });
  expect(builder.shape(x)).toEqual(["batch", 3, 8, 8]);
  expect(builder.known(channels)).toEqual(tensorFromNumbers("int64", [], [3]));
  const weight = builder.weight("w", sourceOf(tensorFromNumbers("float32", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6])));
  const y = builder.add("Conv", [x, weight], {}, { name: "conv" });
  expect([y, builder.shape(y)]).toEqual(["conv:0", ["batch", 2, 8, 8]]);
  const graph = builder.finish("model", [{ name: "y", value: y }]);
  verify(graph);
  expect(graph.outputs[0]).toEqual({
    name: "y",
    type: { kind: "tensor", dtype: "float32", shape: ["batch", 2, 8, 8] },
  });
});

test("shares equal constants, and makes names fresh", () => {
  const builder = GraphBuilder.start(17, ["x"]);
  expect(builder.int64s([1, 2])).toBe(builder.int64s([1, 2]));
  expect(builder.int64s([1, 2])).not.toBe(builder.int64s([2, 1]));
  expect(builder.constant("float32", [1], [0])).not.toBe(builder.constant("float32", [1], [-0]));
  expect(builder.input("x", image)).toBe("x_1");
});

test("bodies see the values around, and their outputs are their own", () => {
  const builder = GraphBuilder.start(17);
  const x = builder.input("x", image);
  const body = builder.body("then");
  const inner = body.add("Relu", [x]);
  expect(body.shape(inner)).toEqual(["batch", 3, 8, 8]);
  const graph = body.finishBody("then", [inner, x, inner]);
  expect(new Set(graph.outputs.map(({ name }) => name)).size).toBe(3);
});

test("takes a public name once", () => {
  expect(() => GraphBuilder.start(17, ["y", "y"])).toThrow(expect.objectContaining({ code: "CORE_BUILDER_NAME" }));
});

test("known values of 64-bit integers are those of the tensor", () => {
  const builder = GraphBuilder.start(17);
  const w = builder.weight("w", sourceOf(int64([2], [7n, -1n])));
  expect(builder.known(w)).toEqual(int64([2], [7n, -1n]));
});
