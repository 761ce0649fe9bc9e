// ZFNet-512 (Zeiler and Fergus 2014) as the ONNX model zoo has it (zfnet512-9.onnx), with an eighth of its channels:
// no exported model of the bank has its convolutions of 7 and 5 with LRN and without groups.

import {
  attribute,
  nodeOf,
  originOf,
  seededRandom,
  sourceOf,
  float32,
  int64,
  type Attribute,
  type Graph,
  type Node,
  type Tensor,
  type Value,
} from "@tersor/core";
import type { InputSketch } from "tersor";

const CLASSES = 20;
const SIDE = 96;

export const zfnetInputs: readonly InputSketch[] = [
  { name: "gpu_0/data_0", shape: ["batch", 3, SIDE, SIDE], values: { kind: "floats", mean: 0, std: 1 } },
];

type Attributes = Readonly<Record<string, Attribute>>;

/** The graph with He-normal weights. */
export function zfnet(): Graph {
  const nodes: Node[] = [];
  const weights = new Map<string, Tensor>();
  const random = seededRandom(512);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let at = "gpu_0/data_0";
  const add = (op: string, attributes: Attributes = {}, inputs: readonly string[] = []) => {
    const name = `${op.toLowerCase()}_${nodes.length}`;
    nodes.push(nodeOf(op, name, [at, ...inputs], [`gpu_0/${name}`], attributes));
    at = `gpu_0/${name}`;
  };
  const parameters = (name: string, shape: readonly number[], fanIn: number) => {
    const count = shape.reduce((product, dim) => product * dim, 1);
    const numbers = Float32Array.from({ length: count }, () => normal() * Math.sqrt(2 / fanIn));
    weights.set(`gpu_0/${name}_w_0`, float32(shape, numbers));
    weights.set(
      `gpu_0/${name}_b_0`,
      float32(
        [shape[0]!],
        Float32Array.from({ length: shape[0]! }, () => normal() / 20),
      ),
    );
    return [`gpu_0/${name}_w_0`, `gpu_0/${name}_b_0`];
  };
  const conv = (name: string, from: number, to: number, kernel: number, stride: number, pad: number) => {
    const attributes = {
      kernel_shape: attribute.ints([kernel, kernel]),
      strides: attribute.ints([stride, stride]),
      pads: attribute.ints([pad, pad, pad, pad]),
    };
    add("Conv", attributes, parameters(name, [to, from, kernel, kernel], from * kernel * kernel));
    add("Relu");
  };
  const norm = () =>
    add("LRN", {
      size: attribute.int(3),
      alpha: attribute.float(5e-5),
      beta: attribute.float(0.75),
      bias: attribute.float(1),
    });
  const pool = () => add("MaxPool", { kernel_shape: attribute.ints([3, 3]), strides: attribute.ints([2, 2]) });
  const dense = (name: string, from: number, to: number) =>
    add("Gemm", { transB: attribute.int(1) }, parameters(name, [to, from], from));
  conv("conv1", 3, 12, 7, 2, 1);
  norm();
  pool();
  conv("conv2", 12, 32, 5, 2, 0);
  norm();
  pool();
  conv("conv3", 32, 64, 3, 1, 1);
  conv("conv4", 64, 128, 3, 1, 1);
  conv("conv5", 128, 64, 3, 1, 1);
  pool();
  weights.set("gpu_0/flat", int64([2], [0, -1]));
  add("Reshape", {}, ["gpu_0/flat"]);
  dense("fc6", 64, 512);
  add("Relu");
  dense("fc7", 512, 512);
  add("Relu");
  dense("fc8", 512, CLASSES);
  add("Softmax", { axis: attribute.int(1) });
  const value = (name: string, shape: readonly (number | string)[]): Value => ({
    name,
    type: { kind: "tensor", dtype: "float32", shape },
  });
  return {
    name: "zfnet512",
    inputs: [value("gpu_0/data_0", ["batch", 3, SIDE, SIDE])],
    outputs: [value(at, ["batch", CLASSES])],
    nodes,
    weights: new Map(
      [...weights].map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
}
