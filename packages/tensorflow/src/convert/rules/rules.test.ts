// Laws of the whole set of rules: no operation has two, each has a case that TensorFlow has run, and what is refused
// says why.

import { isTersorError } from "@tersor/core";
import { expect, test } from "vitest";
import type { TensorFlowGraph } from "../../graphdef/graph.ts";
import { graphOfCases, operationFamilies } from "../../test-support/operation-cases.ts";
import { convertGraph } from "../convert.ts";
import { branch } from "./branch.ts";
import { einsum } from "./einsum.ts";
import { rules, supportedOperations } from "./index.ts";
import { lists } from "./lists.ts";
import { loop } from "./loop.ts";
import { recurrent } from "./recurrent.ts";
import { refused } from "./refused.ts";

test("no operation has two rules", () => {
  const ops = rules.flatMap((rule) => rule.ops);
  expect(ops.filter((op, i) => ops.indexOf(op) !== i)).toEqual([]);
});

test("the list of operations is sorted, and has none that is refused", () => {
  const supported = supportedOperations();
  expect(supported).toEqual([...new Set(supported)].sort());
  expect(supported).toContain("Conv2D");
  expect(supported).not.toContain("DecodeJpeg");
});

/** Operations that no case of operations.test.ts has, and why. */
const withoutCase: Readonly<Record<string, readonly string[]>> = {
  "TensorFlow makes them inside of graphs only": [
    "AccumulateNV2",
    "DebugGradientIdentity",
    "_FusedDepthwiseConv2dNative",
  ],
  "they stand for variables that freezing has taken out": ["ResourceGather", "ResourceGatherNd"],
  "TensorFlow.js has them, and fused.test.ts its answers": ["FusedDepthwiseConv2dNative", "Prelu"],
  "reading takes them out": ["CheckNumerics", "PlaceholderWithDefault"],
  "this version of TensorFlow makes none of them any more": ["TopK"],
  "their other versions have cases": [
    "ConjugateTranspose",
    "FusedBatchNormV2",
    "MatrixDiagPartV2",
    "MatrixDiagV2",
    "MatrixSetDiagV2",
    "ParallelDynamicStitch",
    "QuantizedConcatV2",
    "QuantizedRelu6",
    "RequantizationRangePerChannel",
    "RequantizePerChannel",
    "UniqueWithCountsV2",
  ],
};

/** Names of quantized operations are made of parts, each of which some case has. */
const isMadeOfParts = (op: string): boolean => /^Quantized(Depthwise)?(Conv2D|MatMul)/.test(op);

test("every operation has a case, or a reason to have none", () => {
  const graphs = Object.values(operationFamilies).map((family) => graphOfCases(family, family.cases));
  const seen = new Set(graphs.flatMap(({ nodes }) => nodes.map(({ op }) => op)));
  const elsewhere = new Set([branch, einsum, lists, loop, recurrent, refused].flat());
  const ops = rules.filter((rule) => !elsewhere.has(rule)).flatMap((rule) => rule.ops);
  const missing = ops.filter((op) => !seen.has(op) && !isMadeOfParts(op));
  expect(missing.sort()).toEqual(Object.values(withoutCase).flat().sort());
});

function graphOf(...ops: readonly string[]): TensorFlowGraph {
  return {
    name: "model",
    inputs: [{ name: "x", tensor: "x:0", dtype: "FLOAT", shape: [2, 3] }],
    outputs: ops.map((op) => ({ name: op, tensor: `${op}:0` })),
    nodes: ops.map((op) => ({ name: op, op, inputs: ["x:0"], control: [], attributes: {} })),
    functions: new Map(),
    variables: new Map(),
  };
}

test("one error lists all that can't be converted, each with its reason", () => {
  expect(() => convertGraph(graphOf("Relu", "StringLower", "Nothing", "RandomUniform")))
    .toThrowErrorMatchingInlineSnapshot(`
    [TersorError: The model has operations that can't be converted:
    - StringLower: ONNX has no operations on texts; do them before the model ("StringLower")
    - Nothing: no rule converts it ("Nothing")
    - RandomUniform: its results are random ("RandomUniform")
    Name outputs before them, or bring the missing operations with a plugin.]
  `);
});

test("what is refused on purpose says why", () => {
  for (const op of refused.flatMap((rule) => rule.ops)) {
    try {
      convertGraph(graphOf(op));
      expect.unreachable(op);
    } catch (error) {
      expect(isTersorError(error, "TENSORFLOW_UNSUPPORTED"), op).toBe(true);
      expect(String(error)).not.toContain("no rule converts it");
    }
  }
});
