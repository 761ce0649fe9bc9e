// Shape, Size: the dimensions of a tensor as data (https://onnx.ai/onnx/operators/onnx__Shape.html).
// `start` and `end` came with 15.

import { productOfDims, type Dim } from "../graph/dim.ts";
import { defineOp, int, type Fact } from "./define.ts";

const index = { kind: "float", why: "its result is a size, not an activation" } as const;

export const shape = defineOp({
  type: "Shape",
  since: [1, 13, 15, 19, 21, 23],
  attributes: { start: int(0), end: int(undefined) },
  types: () => ["int64"],
  shape: ([x], { start, end }) => [[x!.shape.slice(start, end).length]],
  fold: (_, { start, end }, { fact }) => {
    const dims = shapeOf(fact(0))?.slice(start, end);
    return dims && [{ dtype: "int64", shape: [dims.length], data: dims }];
  },
  quantization: index,
});

export const size = defineOp({
  type: "Size",
  since: [1, 13, 19, 21, 23],
  types: () => ["int64"],
  shape: () => [[]],
  fold: (_, __, { fact }) => {
    const dims = shapeOf(fact(0));
    return dims && [{ dtype: "int64", shape: [], data: [productOfDims(dims)] }];
  },
  quantization: index,
});

function shapeOf(fact: Fact | undefined): readonly Dim[] | undefined {
  return fact?.kind === "tensor" ? fact.shape : undefined;
}
