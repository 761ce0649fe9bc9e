import { attribute, float32, GraphBuilder, sourceOf, tensorOf, type Dim, type Graph } from "@tersor/core";
import { describe, expect, it } from "vitest";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { lowerGraph } from "./lower.ts";

const { ints } = attribute;

function graphOf(shape: readonly Dim[], build: (to: GraphBuilder, x: string) => string): Graph {
  const to = GraphBuilder.start(17, ["y"]);
  const x = to.input("x", { kind: "tensor", dtype: "float32", shape });
  return to.finish("graph", [{ name: "y", value: build(to, x) }]);
}

function conv(to: GraphBuilder, x: string): string {
  const weights = to.weight("w", sourceOf(float32([2, 3, 1, 1], new Float32Array(6).fill(1))));
  return to.add("Relu", [to.add("Conv", [x, weights])]);
}

function ops({ nodes }: TensorFlowGraph): readonly string[] {
  return nodes.map(({ op }) => op).filter((op) => op !== "Const");
}

/** The values of a constant that a node reads. */
function constantOf(graph: TensorFlowGraph, tensor: string): readonly number[] {
  const value = graph.nodes.find(({ name }) => `${name}:0` === tensor)?.attributes["value"];
  return value?.kind === "tensor" ? Array.from(value.value.tensor().data, Number) : [];
}

describe("lowering", () => {
  it("keeps a graph whose public interface is NHWC without transpositions", () => {
    const graph = graphOf(["batch", 5, 4, 3], (to, x) => {
      const image = to.add("Transpose", [x], { perm: ints([0, 3, 1, 2]) });
      return to.add("Transpose", [conv(to, image)], { perm: ints([0, 2, 3, 1]) });
    });
    expect(ops(lowerGraph(graph))).toEqual(["Placeholder", "Conv2D", "Relu", "Identity"]);
  });

  it("transposes at the borders of one whose interface is NCHW", () => {
    const lowered = lowerGraph(graphOf(["batch", 3, 5, 4], (to, x) => conv(to, conv3(to, conv(to, x)))));
    expect(ops(lowered)).toEqual([
      "Placeholder",
      "Transpose",
      "Conv2D",
      "Relu",
      "Conv2D",
      "Conv2D",
      "Relu",
      "Transpose",
      "Identity",
    ]);
    expect(lowered.inputs[0]).toMatchObject({ name: "x", shape: [-1, 3, 5, 4] });
  });

  it("rounds to the codes of a Q/DQ pair", () => {
    const graph = graphOf([4], (to, x) => pair(to, x, 0.1, 28));
    const lowered = lowerGraph(graph);
    const node = lowered.nodes.find(({ op }) => op === "FakeQuantWithMinMaxVars")!;
    const [min, max] = node.inputs.slice(1).map((input) => constantOf(lowered, input)[0]!);
    const scale = Math.fround(0.1);
    expect([min, max]).toEqual([Math.fround(-28 * scale), Math.fround(227 * scale)]);
    expect(node.attributes).toEqual({
      num_bits: { kind: "int", value: 8 },
      narrow_range: { kind: "bool", value: false },
    });
  });

  it("says of quantized weights which integers they are", () => {
    const graph = graphOf([1, 3, 4, 4], (to, x) => {
      const codes = to.weight("w", sourceOf(tensorOf("int8", [2, 3, 1, 1], Int8Array.of(-127, 2, 3, 4, 5, 127))));
      const scales = to.weight("s", sourceOf(float32([2], [0.5, 0.25])));
      return to.add("Conv", [x, to.add("DequantizeLinear", [codes, scales], { axis: attribute.int(0) })]);
    });
    const lowered = lowerGraph(graph);
    const node = lowered.nodes.find(({ op }) => op === "FakeQuantWithMinMaxVarsPerChannel")!;
    expect(node.inputs.map((input) => constantOf(lowered, input))).toEqual([
      [-63.5, 1, 1, 1.25, 1.5, 31.75],
      [-63.5, -31.75],
      [63.5, 31.75],
    ]);
    expect(node.attributes["narrow_range"]).toEqual({ kind: "bool", value: true });
  });

  it("computes open sizes from those of the inputs", () => {
    const graph = graphOf(["batch", "length", 6], (to, x) => {
      const sizes = to.add("Shape", [x]);
      const part = (i: number) => to.add("Slice", [sizes, to.int64s([i]), to.int64s([i + 1])]);
      return to.add("Reshape", [
        x,
        to.add("Concat", [part(0), part(1), to.int64s([2, 3])], { axis: attribute.int(0) }),
      ]);
    });
    expect(ops(lowerGraph(graph))).toContain("Pack");
    expect(ops(lowerGraph(graph, { shapes: { x: [2, 5, 6] } }))).toEqual(["Placeholder", "Reshape", "Identity"]);
  });

  it("lists every operator that it can't lower", () => {
    const graph = graphOf([3], (to, x) => to.add("Add", [to.add("Acosh", [x]), to.add("Det", [x])]));
    expect(() => lowerGraph(graph)).toThrow(/- Acosh: no rule lowers it \("Acosh"\)\n- Det: no rule lowers it/);
  });

  it("refuses shapes that do not fit", () => {
    const graph = graphOf(["batch", 3, 5, 4], conv);
    expect(() => lowerGraph(graph, { shapes: { x: [1, 4, 5, 4] } })).toThrow(
      expect.objectContaining({ code: "TENSORFLOW_INPUT_SHAPE" }),
    );
  });
});

function conv3(to: GraphBuilder, x: string): string {
  const weights = to.weight("w", sourceOf(float32([3, 2, 1, 1], new Float32Array(6).fill(1))));
  return to.add("Conv", [x, weights]);
}

function pair(to: GraphBuilder, x: string, scale: number, zeroPoint: number): string {
  const parameters = [to.constant("float32", [], [scale]), to.constant("uint8", [], [zeroPoint])];
  return to.add("DequantizeLinear", [to.add("QuantizeLinear", [x, ...parameters]), ...parameters]);
}
