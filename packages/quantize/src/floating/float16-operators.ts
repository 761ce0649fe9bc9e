// Which operators have a float16 form, and which of their inputs stay float32 by the operator's schema.
// The table was read from ONNX 1.19's schemas: inputs that take float32 and not float16, in any version since 7.

import type { Node } from "@tersor/core";

/** Operators of ONNX that some version defines for float32 and not for float16. */
const withoutFloat16 = new Set([
  "Celu",
  "CumSum",
  "DequantizeLinear",
  "DynamicQuantizeLinear",
  "IsInf",
  "NonMaxSuppression",
  "QLinearConv",
  "QLinearMatMul",
  "QuantizeLinear",
  "Range",
  "TfIdfVectorizer",
]);

/** Inputs that are float32 beside a float16 one. */
const float32Inputs: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2],
  Upsample: [1],
};

/** onnxruntime's operators that take float16. */
const ofMicrosoft = new Set([
  "Attention",
  "BiasGelu",
  "EmbedLayerNormalization",
  "FastGelu",
  "FusedConv",
  "FusedMatMul",
  "GatherBlockQuantized",
  "Gelu",
  "GroupQueryAttention",
  "MatMulBnb4",
  "MatMulNBits",
  "MultiHeadAttention",
  "QuickGelu",
  "RotaryEmbedding",
  "SkipLayerNormalization",
  "SkipSimplifiedLayerNormalization",
]);

/** Why the operator can't compute in float16; undefined when it can. */
export function noFloat16(node: Node): string | undefined {
  if (node.domain === "com.microsoft")
    return ofMicrosoft.has(node.op) ? undefined : `onnxruntime's ${node.op} is not known to take float16`;
  if (node.domain !== "") return `${node.op} of the domain "${node.domain}" is not known to take float16`;
  if (withoutFloat16.has(node.op)) return `ONNX's ${node.op} has no float16 form`;
  // The mean and the deviation that LayerNormalization can give are float32.
  return node.op === "LayerNormalization" && node.outputs.some((name, i) => i > 0 && name !== "")
    ? "its mean and deviation are float32"
    : undefined;
}

/** Whether an input stays float32 although the operator computes in float16; position 1 of Resize was its scales before version 11. */
export function isFloat32Input({ op, domain, inputs }: Node, position: number): boolean {
  if (domain !== "") return false;
  if (op === "Resize" && inputs.length > 2 && position === 1) return false;
  return float32Inputs[op]?.includes(position) ?? false;
}
