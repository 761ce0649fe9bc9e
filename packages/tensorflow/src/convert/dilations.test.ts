import { attribute } from "@tersor/core";
import { expect, it, test } from "vitest";
import { graphOfCases, operationFamilies } from "../test-support/operation-cases.ts";
import { convertGraph } from "./convert.ts";
import { mergeDilations } from "./dilations.ts";

const family = operationFamilies["convolutions"]!;

function caseNamed(name: string) {
  return graphOfCases(
    family,
    family.cases.filter((row) => row.name === name),
  );
}

const dilated = [
  ["atrous", [2, 2]],
  ["conv 1d dilated", [1, 2]],
  ["depthwise atrous", [2, 2]],
  ["space to batch conv", [2, 3]],
] as const;

// What they compute is checked in operations.test.ts.
it.each(dilated)("%s is one Conv with dilations, and nothing is put into the batch", (name, dilations) => {
  const { nodes } = convertGraph(caseNamed(name));
  const convs = nodes.filter(({ op }) => op === "Conv");
  expect(convs.map(({ attributes }) => attributes["dilations"])).toEqual([attribute.ints(dilations)]);
  expect(nodes.map(({ op }) => op)).not.toContain("Pad");
});

test("a convolution that something else reads stays as it is", () => {
  const graph = caseNamed("atrous");
  const conv = graph.nodes.find(({ op }) => op === "Conv2D")!;
  const read = { ...graph, outputs: [...graph.outputs, { name: "inner", tensor: `${conv.name}:0` }] };
  expect(mergeDilations(read)).toBe(read);
  expect(mergeDilations(graph).nodes).toHaveLength(graph.nodes.length - 2);
});
