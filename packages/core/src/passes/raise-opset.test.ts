import { describe, expect, it } from "vitest";
import { attribute, type Graph, type Node } from "../graph/graph.ts";
import { constant, graphOf, op } from "../test-support/graphs.ts";
import { raiseOpset } from "./raise-opset.ts";

const { int, ints, float, floats } = attribute;
const model = (opset: number, nodes: readonly Node[], outputs: readonly string[] = ["y"]): Graph =>
  graphOf({ inputs: { x: ["n", 3, 4] }, outputs, nodes, opset, weights: { w: constant([1, 2, 3]) } });

describe("raiseOpset", () => {
  it("gives the same graph where there is nothing to raise", () => {
    const graph = model(13, [op("Relu", "x", "y")]);
    expect(raiseOpset(graph, 13)).toBe(graph);
    expect(raiseOpset(graph, 11)).toBe(graph);
  });

  it("changes nothing but the version where no operator changed", () => {
    const graph = model(12, [op("Relu", "x", "y")]);
    const raised = raiseOpset(graph, 21);
    expect(raised.nodes).toBe(graph.nodes);
    expect(raised.opsets.get("")).toBe(21);
    expect(graph.opsets.get("")).toBe(12);
  });

  it("keeps names of nodes and values", () => {
    const raised = raiseOpset(model(11, [op("Squeeze", "x", "y", { axes: ints([0]) })]), 13);
    expect(raised.nodes).toEqual([op("Squeeze", "x y_axes", "y")]);
    expect(raised.weights.get("y_axes")!.source.tensor()).toMatchObject({ dtype: "int64", shape: [1] });
  });

  it("leaves local functions, and operators of other domains, as they are", () => {
    const own = { ...op("Squeeze", "x", "y", { axes: ints([0]) }), domain: "own" };
    const graph: Graph = {
      ...model(11, [own]),
      opsets: new Map([
        ["", 11],
        ["own", 1],
      ]),
    };
    expect(raiseOpset(graph, 18).nodes).toEqual([own]);
  });

  it("gives the bounds of Clip the type of its data", () => {
    const half = { kind: "tensor", dtype: "float16", shape: [2] } as const;
    const nodes = [op("Clip", "x", "y", { min: float(0.5) })];
    const raised = raiseOpset(graphOf({ inputs: { x: half }, outputs: ["y"], nodes, opset: 10 }), 11);
    expect(raised.weights.get("y_min")!.source.dtype).toBe("float16");
  });

  it.each<[why: string, from: number, to: number, node: Node, outputs: readonly string[]]>([
    ["the operator is not known", 7, 8, op("ImageScaler", "x", "y"), ["y"]],
    ["a mask that is read", 11, 12, op("Dropout", "x", "y m"), ["y", "m"]],
    ["statistics per pixel", 8, 9, op("BatchNormalization", "x w w w w", "y", { spatial: int(0) }), ["y"]],
    ["statistics of training", 13, 14, op("BatchNormalization", "x w w w w", "y a b", {}), ["y", "a"]],
    ["a scan over batches", 8, 9, op("Scan", "x", "y"), ["y"]],
    ["scales per group", 20, 21, op("GroupNormalization", "x w w", "y"), ["y"]],
    ["an axis larger, another smaller", 7, 13, op("Upsample", "x", "y", { scales: floats([1, 2, 0.5]) }), ["y"]],
  ])("refuses %s, naming the node", (_, from, to, node, outputs) => {
    expect(() => raiseOpset(model(from, [node], outputs), to)).toThrow(
      expect.objectContaining({
        code: "CORE_OPSET_RAISE",
        data: expect.objectContaining({ node: node.name }) as unknown,
      }),
    );
  });

  it("refuses bounds of a type that is not known", () => {
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [op("Clip", "x", "y", { min: float(0) })],
      opset: 10,
    });
    expect(() => raiseOpset(graph, 11)).toThrow(expect.objectContaining({ code: "CORE_OPSET_RAISE" }));
  });

  it("refuses versions that do not exist yet", () => {
    const graph = model(12, [op("Relu", "x", "y")]);
    for (const version of [99, 13.5])
      expect(() => raiseOpset(graph, version)).toThrow(expect.objectContaining({ code: "CORE_OPSET_UNSUPPORTED" }));
  });
});
