// Algorithms by name: those of the house with their settings, and those that plugins bring.
import { createTersor, defineRounding } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { modelOf, noise, op } from "../test-support/graphs.ts";
import { explainQuantization, quantizeGraph } from "../quantize.ts";
import { algorithmOf, standardRoundings, weightOnlyAlgorithms } from "./algorithms.ts";
import { roundGroups } from "./grid.ts";

/** All of a group at its zero point. */
const nothing = defineRounding({
  name: "nothing",
  needs: "nothing",
  open: (spec) => (rows) => roundGroups(spec, rows, () => ({ scale: 2 ** 100, zeroPoint: 5 })),
});

const model = modelOf({
  inputs: { x: ["n", 64] },
  outputs: "y",
  weights: { w: noise([64, 48]) },
  nodes: [op("MatMul", "x w", "y")],
});

describe("weight-only algorithms by name", () => {
  it("brings those of the house, under their own names", () => {
    expect(weightOnlyAlgorithms).toEqual(["rtn", "gptq", "awq", "hqq", "k-quant"]);
    expect(standardRoundings.map(({ name }) => name)).toEqual(weightOnlyAlgorithms);
    const tersor = createTersor({ plugins: [{ name: "house", roundings: [...standardRoundings, nothing] }] });
    expect(tersor.roundings.get("nothing")).toBe(nothing);
    expect(() => createTersor({ plugins: [{ name: "twice", roundings: [nothing, nothing] }] })).toThrow(
      expect.objectContaining({ code: "CORE_REGISTERED_TWICE" }),
    );
  });

  it("quantizes with an algorithm of a plugin", async () => {
    const options = { mode: "weight-only", algorithm: "nothing" } as const;
    const { graph, plan } = await quantizeGraph(model, options, { roundings: [nothing] });
    expect(explainQuantization(model, options, { roundings: [nothing] })).toEqual(plan);
    const codes = graph.weights.get(graph.nodes[0]!.inputs[1]!)!.source.bytes();
    expect(new Set(codes)).toEqual(new Set([0x55]));
  });

  it("says which there are when it knows none of that name", async () => {
    const code = "QUANTIZE_UNKNOWN_ALGORITHM";
    await expect(quantizeGraph(model, { mode: "weight-only", algorithm: "nothing" })).rejects.toMatchObject({ code });
    expect(() => algorithmOf("toString", {}, [nothing])).toThrow(
      expect.objectContaining({ code, data: { name: "toString", known: [...weightOnlyAlgorithms, "nothing"] } }),
    );
  });
});
