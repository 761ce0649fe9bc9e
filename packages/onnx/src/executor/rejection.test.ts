// The messages are onnxruntime 1.30's, as it gave them for broken models.

import { describe, expect, it } from "vitest";
import { nodeIn } from "./rejection.ts";

describe("the node in a message of the runtime", () => {
  it.each([
    [
      "Non-zero status code returned while running Gather node. Name:'/m/bert/Gather' Status Message: indices element out of data bounds",
      "/m/bert/Gather",
    ],
    ["Could not find an implementation for ConvInteger(10) node with name 'conv1'", "conv1"],
    [
      "Load model from x.onnx failed:Node (wrong_matmul) Op (MatMul) [ShapeInferenceError] Incompatible dimensions",
      "wrong_matmul",
    ],
    [
      "This is an invalid model. Type Error: Type 'tensor(int64)' of input parameter (x) of operator (Conv) in node (c/1) is invalid.",
      "c/1",
    ],
    ["Fatal error: made.up:Nope(-1) is not a registered function/op", undefined],
  ])("%s", (message, node) => {
    expect(nodeIn(message)).toBe(node);
  });
});
