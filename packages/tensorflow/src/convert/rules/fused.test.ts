// Operations that only the converter of TensorFlow.js makes. Oracle: TensorFlow.js.

import { float32, runPasses, importPasses, sourceOf, type Tensor } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, expect, it } from "vitest";
import { tfjsExecutor } from "../../executor/tfjs.ts";
import type { TensorFlowAttribute, TensorFlowGraph, TensorFlowNode } from "../../graphdef/graph.ts";
import { relativeDifference } from "../../test-support/differences.ts";
import { convertGraph } from "../convert.ts";

const executors = { onnx: createExecutor({ inProcess: true }), tfjs: tfjsExecutor() };
afterAll(async () => {
  await executors.onnx.dispose();
  await executors.tfjs.dispose();
});

/** Numbers of both signs that repeat late. */
function numbers(...shape: number[]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return float32(
    shape,
    Array.from({ length: count }, (_, i) => (((i + 3) * 37) % 101) / 50 - 1),
  );
}

interface Case {
  readonly op: string;
  /** Constants behind the input. */
  readonly constants: readonly Tensor[];
  readonly fused?: readonly string[];
  readonly strides?: readonly number[];
}

const cases: Readonly<Record<string, Case>> = {
  "a depthwise convolution alone": { op: "FusedDepthwiseConv2dNative", constants: [numbers(3, 3, 3, 2)], fused: [] },
  "a depthwise convolution, bias and ReLU6": {
    op: "FusedDepthwiseConv2dNative",
    constants: [numbers(3, 3, 3, 2), numbers(6)],
    fused: ["BiasAdd", "Relu6"],
    strides: [1, 2, 2, 1],
  },
  "a depthwise convolution, bias and PReLU": {
    op: "FusedDepthwiseConv2dNative",
    constants: [numbers(3, 3, 3, 1), numbers(3), numbers(3)],
    fused: ["BiasAdd", "Prelu"],
  },
  "a convolution, bias and PReLU for each pixel": {
    op: "_FusedConv2D",
    constants: [numbers(3, 3, 3, 4), numbers(4), numbers(7, 6, 4)],
    fused: ["BiasAdd", "Prelu"],
  },
  PReLU: { op: "Prelu", constants: [numbers(3)] },
  "PReLU shared by the pixels": { op: "Prelu", constants: [numbers(1, 1, 3)] },
};

function graphOf({ op, constants, fused, strides = [1, 1, 1, 1] }: Case): TensorFlowGraph {
  const names = constants.map((_, i) => `constant_${i}`);
  const attributes: Readonly<Record<string, TensorFlowAttribute>> = {
    T: { kind: "type", value: "FLOAT" },
    strides: { kind: "ints", value: strides },
    padding: { kind: "string", value: "SAME" },
    fused_ops: { kind: "strings", value: fused ?? [] },
    num_args: { kind: "int", value: constants.length - 1 },
  };
  const node: TensorFlowNode = {
    name: "y",
    op,
    inputs: ["x:0", ...names.map((name) => `${name}:0`)],
    control: [],
    attributes: fused === undefined ? {} : attributes,
  };
  return {
    name: op,
    inputs: [{ name: "x", tensor: "x:0", dtype: "FLOAT", shape: [1, 7, 6, 3] }],
    outputs: [{ name: "y", tensor: "y:0" }],
    nodes: [...names.map((name, i) => constantNode(name, constants[i]!)), node],
    functions: new Map(),
    variables: new Map(),
  };
}

function constantNode(name: string, value: Tensor): TensorFlowNode {
  return {
    name,
    op: "Const",
    inputs: [],
    control: [],
    attributes: { dtype: { kind: "type", value: "FLOAT" }, value: { kind: "tensor", value: sourceOf(value) } },
  };
}

it.each(Object.entries(cases))("%s", async (_, row) => {
  const feeds = { x: numbers(1, 7, 6, 3) };
  const expected = await (await executors.tfjs.compileGraph(graphOf(row))).run(feeds);
  const converted = convertGraph(graphOf(row));
  for (const graph of [converted, runPasses(converted, importPasses)]) {
    const found = await (await executors.onnx.compile(graph)).run(feeds);
    expect(relativeDifference(found["y"], expected["y"]!)).toBeLessThan(2e-6);
  }
});

it("what lacks an argument is refused", () => {
  const lacking = { op: "FusedDepthwiseConv2dNative", constants: [numbers(3, 3, 3, 1)] };
  for (const name of ["BiasAdd", "Prelu", "FusedBatchNorm"])
    expect(() => convertGraph(graphOf({ ...lacking, fused: [name] }))).toThrow(/it lacks/);
});
