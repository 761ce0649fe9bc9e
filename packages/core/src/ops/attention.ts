// Attention and RotaryEmbedding: https://onnx.ai/onnx/operators/onnx__Attention.html (both since 23).
// Q, K, V are [batch, heads, sequence, size], or [batch, sequence, heads * size] with the head counts as attributes.

import { addDims, floorDivDims, mulDims, type Dim } from "../graph/dim.ts";
import { defineOp, flag, float, int, type ShapedInput } from "./define.ts";
import { dtypeIn } from "./known.ts";
import { countOf } from "./macs.ts";

interface Heads {
  readonly batch: Dim;
  readonly heads: Dim;
  readonly sequence: Dim;
  readonly size: Dim;
}

/** Reads either form; undefined when the rank fits neither or a head count is missing. */
export function headsOf(input: ShapedInput | undefined, count: number | undefined): Heads | undefined {
  const [batch, second, third, fourth] = input?.shape ?? [];
  if (batch === undefined || second === undefined || third === undefined) return undefined;
  if (fourth !== undefined) return { batch, heads: second, sequence: third, size: fourth };
  const size = count === undefined ? undefined : floorDivDims(third, count);
  return size === undefined ? undefined : { batch, heads: count!, sequence: second, size };
}

/** Scores and their product with the values: batch * heads * queries * keys * (size of a key + size of a value). */
export function attentionMacs(query: Heads | undefined, keys: Dim | undefined, valueSize: Dim | undefined): number {
  if (!query || keys === undefined || valueSize === undefined) return NaN;
  return countOf([query.batch, query.heads, query.sequence, keys, addDims(query.size, valueSize)]);
}

/** Inputs: Q, K, V, attn_mask, past_key, past_value. Outputs: Y, present_key, present_value, qk_matmul_output. */
export const attention = defineOp({
  type: "Attention",
  since: [23],
  attributes: {
    is_causal: flag(),
    kv_num_heads: int(undefined),
    q_num_heads: int(undefined),
    qk_matmul_output_mode: int(0),
    scale: float(undefined),
    softcap: float(0),
    softmax_precision: int(undefined),
  },
  types: (inputs) => [dtypeIn(inputs[0]), dtypeIn(inputs[1]), dtypeIn(inputs[2]), dtypeIn(inputs[0])],
  shape: (inputs, { q_num_heads, kv_num_heads }) => {
    const query = headsOf(inputs[0], q_num_heads);
    const key = headsOf(inputs[1], kv_num_heads);
    const value = headsOf(inputs[2], kv_num_heads);
    if (!query || !key || !value) return [];
    const keys = addDims(key.sequence, inputs[4]?.shape[2] ?? 0);
    const y =
      inputs[0]!.shape.length === 4
        ? [query.batch, query.heads, query.sequence, value.size]
        : [query.batch, query.sequence, mulDims(query.heads, value.size)];
    return [
      y,
      [key.batch, key.heads, keys, key.size],
      [value.batch, value.heads, keys, value.size],
      [query.batch, query.heads, query.sequence, keys],
    ];
  },
  quantization: { kind: "float", why: "runtimes have no INT8 kernel for the fused form" },
  cost: (inputs, { q_num_heads, kv_num_heads }) => {
    const value = headsOf(inputs[2], kv_num_heads);
    const keys = value && addDims(value.sequence, inputs[4]?.shape[2] ?? 0);
    return attentionMacs(headsOf(inputs[0], q_num_heads), keys, value?.size);
  },
});

/** Inputs: X, cos_cache, sin_cache, position_ids. */
export const rotaryEmbedding = defineOp({
  type: "RotaryEmbedding",
  since: [23],
  attributes: { interleaved: flag(), num_heads: int(0), rotary_embedding_dim: int(0) },
  shape: ([x]) => [x?.shape],
  quantization: { kind: "float", why: "runtimes have no INT8 kernel for it" },
});
