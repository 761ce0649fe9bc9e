// Fused layers of transformers in onnxruntime, domain com.microsoft: attention, skip connections, embeddings, GELU.
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md

import { addDims, floorDivDims, maxDims, mulDims, type Dim } from "../graph/dim.ts";
import { attentionMacs, headsOf } from "./attention.ts";
import { defineOp, flag, float, int, ints, type QuantizationTrait, type ShapedInput } from "./define.ts";
import { dimIn, dtypeIn } from "./known.ts";
import { countOf } from "./macs.ts";

const domain = "com.microsoft";
const since = [1];
const noKernel: QuantizationTrait<unknown> = {
  kind: "float",
  why: "onnxruntime has no INT8 kernel for the fused form",
};
const statistics: QuantizationTrait<unknown> = { kind: "float", why: "mean and variance need more than 8 bits" };

const gelus = ["BiasGelu", "FastGelu", "Gelu", "QuickGelu"].map((type) =>
  defineOp({
    type,
    domain,
    since,
    attributes: { alpha: float(1.702) },
    shape: ([x]) => [x?.shape],
    quantization: noKernel,
  }),
);

/** Outputs: the sum normalized, mean, inverse deviation, the sum itself. */
function skipNormalization(type: string) {
  return defineOp({
    type,
    domain,
    since,
    attributes: { epsilon: float(1e-5) },
    types: ([x]) => [dtypeIn(x), "float32", "float32", dtypeIn(x)],
    shape: ([x]) => {
      const rows = x && x.shape.length > 0 ? x.shape.with(-1, 1) : undefined;
      return [x?.shape, rows, rows, x?.shape];
    },
    quantization: statistics,
  });
}

const rotaryEmbedding = defineOp({
  type: "RotaryEmbedding",
  domain,
  since,
  attributes: {
    interleaved: flag(),
    is_packed_batching: flag(),
    num_heads: int(0),
    rotary_embedding_dim: int(0),
    scale: float(1),
  },
  shape: ([x]) => [x?.shape],
  quantization: noKernel,
});

/** Shapes of both embedding layers: [batch, sequence, hidden], the mask's index [batch], and the sum. */
function embedded(
  ids: ShapedInput | undefined,
  words: ShapedInput | undefined,
): readonly (readonly Dim[] | undefined)[] {
  if (ids?.shape.length !== 2 || words?.shape.length !== 2) return [];
  const sum = [ids.shape[0]!, ids.shape[1]!, words.shape[1]!];
  return [sum, [ids.shape[0]!], sum];
}

/** Inputs: input_ids, segment_ids, word, position and segment embedding, gamma, beta, mask, position_ids. */
const embedLayerNormalization = defineOp({
  type: "EmbedLayerNormalization",
  domain,
  since,
  attributes: { epsilon: float(1e-5), mask_index_type: int(undefined) },
  types: (inputs) => [dtypeIn(inputs[2]), "int32", dtypeIn(inputs[2])],
  shape: ([ids, , words]) => embedded(ids, words),
  quantization: { kind: "table", table: 2, axis: () => 0 },
});

/** The tables are of 8 bits; the scales follow them and have the type of the result. */
const qEmbedLayerNormalization = defineOp({
  type: "QEmbedLayerNormalization",
  domain,
  since,
  attributes: { epsilon: float(1e-5) },
  types: (inputs) => [dtypeIn(inputs[8]), "int32"],
  shape: ([ids, , words]) => embedded(ids, words),
  quantization: { kind: "quantized" },
});

const selfAttention = {
  do_rotary: flag(),
  mask_filter_value: float(-10000),
  num_heads: int(undefined),
  past_present_share_buffer: flag(),
  qkv_hidden_sizes: ints(),
  rotary_embedding_dim: int(0),
  scale: float(undefined),
  unidirectional: flag(),
} as const;

interface SelfAttention {
  readonly num_heads: number | undefined;
  readonly past_present_share_buffer: boolean;
  readonly qkv_hidden_sizes: readonly number[] | undefined;
}

/** What Attention and QAttention compute: x [batch, sequence, in], weight [in, Q + K + V], past [2, batch, heads, past, size]. */
function selfAttentionParts(
  x: ShapedInput | undefined,
  weight: ShapedInput | undefined,
  past: ShapedInput | undefined,
  { num_heads, qkv_hidden_sizes, past_present_share_buffer }: SelfAttention,
) {
  const [batch, sequence] = x?.shape ?? [];
  const width = weight?.shape[1];
  if (batch === undefined || sequence === undefined || width === undefined || num_heads === undefined) return undefined;
  const third = floorDivDims(width, 3)!;
  const [query, , value] = qkv_hidden_sizes?.length === 3 ? qkv_hidden_sizes : [third, third, third];
  const size = floorDivDims(query!, num_heads);
  const valueSize = floorDivDims(value!, num_heads);
  if (size === undefined || valueSize === undefined) return undefined;
  const pastLength = past?.shape[3] ?? 0;
  const keys = past_present_share_buffer ? pastLength : addDims(pastLength, sequence);
  const heads = { batch, heads: num_heads, sequence, size };
  return { output: [batch, sequence, value!], present: [2, batch, num_heads, keys, size], heads, keys, valueSize };
}

function projectionMacs(x: ShapedInput | undefined, weight: ShapedInput | undefined): number {
  return countOf(x?.shape.slice(0, 2)) * countOf(weight?.shape);
}

/** Inputs: input, weights, bias, mask_index, past, attention_bias, past_sequence_length. */
const attention = defineOp({
  type: "Attention",
  domain,
  since,
  attributes: selfAttention,
  shape: ([x, weight, , , past], attributes) => {
    const parts = selfAttentionParts(x, weight, past, attributes);
    return parts ? [parts.output, parts.present] : [];
  },
  quantization: { kind: "weighted", activation: 0, weight: 1, bias: 2, channelAxis: () => 1 },
  cost: ([x, weight, , , past], attributes) => {
    const parts = selfAttentionParts(x, weight, past, attributes);
    return projectionMacs(x, weight) + attentionMacs(parts?.heads, parts?.keys, parts?.valueSize);
  },
});

/** Inputs: input, weight, bias, input_scale, weight_scale, mask_index, zero points, past. */
const qAttention = defineOp({
  type: "QAttention",
  domain,
  since,
  attributes: selfAttention,
  types: (inputs) => [dtypeIn(inputs[3]), dtypeIn(inputs[3])],
  shape: ([x, weight, , , , , , , past], attributes) => {
    const parts = selfAttentionParts(x, weight, past, attributes);
    return parts ? [parts.output, parts.present] : [];
  },
  quantization: { kind: "quantized" },
  cost: ([x, weight, , , , , , , past], attributes) => {
    const parts = selfAttentionParts(x, weight, past, attributes);
    return projectionMacs(x, weight) + attentionMacs(parts?.heads, parts?.keys, parts?.valueSize);
  },
});

/**
 * Query [batch, sequence, hidden], keys and values the same or [batch, heads, sequence, size]; packed forms have rank 5:
 * [batch, sequence, heads, 3, size] in place of the query, [batch, sequence, heads, 2, size] in place of the key.
 */
function multiHeadParts(inputs: readonly (ShapedInput | undefined)[], heads: number | undefined) {
  const [query, key, value] = inputs;
  const queries = unpacked(query) ?? headsOf(query, heads);
  const keys = key ? (unpacked(key) ?? headsOf(key, heads)) : queries;
  const values = value ? headsOf(value, heads) : keys;
  if (!queries || !keys || !values) return undefined;
  return { queries, values, keys: addDims(keys.sequence, inputs[6]?.shape[2] ?? 0) };
}

function unpacked(input: ShapedInput | undefined) {
  if (input?.shape.length !== 5) return undefined;
  const [batch, sequence, heads, , size] = input.shape as readonly [Dim, Dim, Dim, Dim, Dim];
  return { batch, heads, sequence, size };
}

/** Inputs: query, key, value, bias, key_padding_mask, attention_bias, past_key, past_value, ... */
const multiHeadAttention = defineOp({
  type: "MultiHeadAttention",
  domain,
  since,
  attributes: {
    mask_filter_value: float(-10000),
    num_heads: int(undefined),
    scale: float(undefined),
    unidirectional: flag(),
  },
  types: (inputs, _, { node }) => node.outputs.map(() => dtypeIn(inputs[0])),
  shape: (inputs, { num_heads }) => {
    const parts = multiHeadParts(inputs, num_heads);
    if (!parts) return [];
    const { queries, values, keys } = parts;
    const { batch, heads, sequence, size } = queries;
    return [
      [batch, sequence, mulDims(heads, values.size)],
      [batch, heads, keys, size],
      [batch, heads, keys, values.size],
      [batch, heads, sequence, keys],
    ];
  },
  quantization: noKernel,
  cost: (inputs, { num_heads }) => {
    const parts = multiHeadParts(inputs, num_heads);
    return attentionMacs(parts?.queries, parts?.keys, parts?.values.size);
  },
});

/** Query [batch, sequence, heads * size]; without a key it also holds keys and values: (heads + 2 * kv heads) * size. */
function groupedParts(
  inputs: readonly (ShapedInput | undefined)[],
  heads: number | undefined,
  keyHeads: number | undefined,
) {
  const [query, key] = inputs;
  if (heads === undefined || keyHeads === undefined) return undefined;
  return headsOf(query, key ? heads : heads + 2 * keyHeads);
}

/** Inputs: query, key, value, past_key, past_value, seqlens_k, total_sequence_length, ... */
const groupQueryAttention = defineOp({
  type: "GroupQueryAttention",
  domain,
  since,
  attributes: {
    do_rotary: flag(),
    kv_num_heads: int(undefined),
    local_window_size: int(-1),
    num_heads: int(undefined),
    qk_output: int(0),
    rotary_interleaved: flag(),
    scale: float(undefined),
    smooth_softmax: flag(),
    softcap: float(0),
  },
  types: (inputs) => [
    dtypeIn(inputs[0]),
    dtypeIn(inputs[3]) ?? dtypeIn(inputs[0]),
    dtypeIn(inputs[4]) ?? dtypeIn(inputs[0]),
    dtypeIn(inputs[0]),
  ],
  shape: (inputs, { num_heads, kv_num_heads }, context) => {
    const query = groupedParts(inputs, num_heads, kv_num_heads);
    if (!query) return [];
    const { batch, sequence, size } = query;
    const total = dimIn(inputs[6]);
    const past = inputs[3]?.shape[2];
    const keys = total === undefined ? context.unknownDim(1, "keys") : maxDims(total, past ?? total);
    const present = [batch, kv_num_heads!, keys, size];
    return [
      [batch, sequence, mulDims(num_heads!, size)],
      present,
      present,
      [batch, num_heads!, sequence, total ?? keys],
    ];
  },
  quantization: noKernel,
  cost: (inputs, { num_heads, kv_num_heads }, outputs) => {
    const query = groupedParts(inputs, num_heads, kv_num_heads);
    const keys = dimIn(inputs[6]) ?? outputs[1]?.shape[2];
    return attentionMacs(query && { ...query, heads: num_heads! }, keys, query?.size);
  },
});

export const microsoftTransformerOps = [
  ...gelus,
  attention,
  embedLayerNormalization,
  groupQueryAttention,
  multiHeadAttention,
  qAttention,
  qEmbedLayerNormalization,
  rotaryEmbedding,
  skipNormalization("SkipLayerNormalization"),
  skipNormalization("SkipSimplifiedLayerNormalization"),
];
