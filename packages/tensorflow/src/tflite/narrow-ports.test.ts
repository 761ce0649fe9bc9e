import { GraphBuilder, attribute, verify } from "@tersor/core";
import { expect, test } from "vitest";
import { narrowPorts } from "./narrow-ports.ts";

const ids = { kind: "tensor", dtype: "int64", shape: [1, 4] } as const;

test("int64 inputs and outputs become int32; what is inside stays int64", () => {
  const builder = GraphBuilder.start(17, ["best", "sum"]);
  const input = builder.input("ids", ids);
  const sum = builder.add("Add", [input, builder.int64s([1])]);
  const best = builder.add("ArgMax", [sum], { axis: attribute.int(1) });
  const graph = narrowPorts(
    builder.finish("m", [
      { name: "best", value: best },
      { name: "sum", value: sum },
    ]),
  );
  verify(graph);
  expect(graph.inputs).toEqual([{ name: "ids", type: { ...ids, dtype: "int32" } }]);
  expect(graph.outputs.map(({ name, type }) => [name, type.kind === "tensor" && type.dtype])).toEqual([
    ["best", "int32"],
    ["sum", "int32"],
  ]);
  expect(graph.nodes.filter(({ op }) => op === "Cast").map(({ inputs, outputs }) => [inputs[0], outputs[0]])).toEqual([
    ["ids", "ids/int64"],
    ["best/int64", "best"],
    ["sum/int64", "sum"],
  ]);
});

test("a graph without int64 is the same", () => {
  const builder = GraphBuilder.start(17, ["y"]);
  const x = builder.input("x", { kind: "tensor", dtype: "float32", shape: [1] });
  const graph = builder.finish("m", [{ name: "y", value: builder.add("Relu", [x]) }]);
  expect(narrowPorts(graph)).toBe(graph);
});
