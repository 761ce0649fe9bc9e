// DeformConv: convolution at learned offsets (https://onnx.ai/onnx/operators/onnx__DeformConv.html).
// Since 19; 22 adds bfloat16. Inputs: X, W, offset, B, mask; the offset has the spatial shape of the output.

import { convMacs } from "./conv.ts";
import { convAttributes, convShape } from "./conv-shape.ts";
import { defineOp, int } from "./define.ts";

export const deformConv = defineOp({
  type: "DeformConv",
  since: [19, 22],
  attributes: { ...convAttributes, offset_group: int(1) },
  shape: ([x, w], attributes) => (x && w ? [convShape(x.shape, w.shape, attributes)] : []),
  quantization: { kind: "float", why: "runtimes have no INT8 kernel for sampling at fractional offsets" },
  cost: ([, w], _, [y]) => convMacs(w, y),
});
