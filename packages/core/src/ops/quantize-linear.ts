// QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear (https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html).
// `axis` came with 13, float8 and `saturate` with 19, blocks and `output_dtype` with 21.

import { defineOp, flag, int } from "./define.ts";
import { dtypeIn, dtypeNamed } from "./known.ts";

const quantized = { kind: "quantized" } as const;

/** A type code of 0 says that the attribute does not decide. */
function code(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

export const quantizeLinear = defineOp({
  type: "QuantizeLinear",
  since: [10, 13, 19, 21, 23],
  attributes: {
    axis: int(1),
    block_size: int(0),
    output_dtype: int(undefined),
    precision: int(undefined),
    saturate: flag(true),
  },
  types: ([, , zero], { output_dtype }) => [dtypeNamed(code(output_dtype), dtypeIn(zero) ?? "uint8")],
  shape: ([x]) => [x!.shape],
  quantization: quantized,
});

export const dequantizeLinear = defineOp({
  type: "DequantizeLinear",
  since: [10, 13, 19, 21, 23],
  attributes: { axis: int(1), block_size: int(0), output_dtype: int(undefined) },
  types: ([, scale], { output_dtype }) => [dtypeNamed(code(output_dtype), dtypeIn(scale))],
  shape: ([x]) => [x!.shape],
  quantization: quantized,
});

export const dynamicQuantizeLinear = defineOp({
  type: "DynamicQuantizeLinear",
  since: [11],
  types: () => ["uint8", "float32", "uint8"],
  shape: ([x]) => [x!.shape, [], []],
  quantization: quantized,
});
