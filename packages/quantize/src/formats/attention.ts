// onnxruntime's fused transformer operators in their integer forms: Attention → QAttention, EmbedLayerNormalization →
// QEmbedLayerNormalization (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md).

import { float32, nodeOf, type Node, type QuantizedNode, type WeightSpec } from "@tersor/core";
import type { Emitter, IntegerWeight } from "./emit.ts";

const MICROSOFT = "com.microsoft";
const attentionAttributes = [
  "num_heads",
  "unidirectional",
  "do_rotary",
  "mask_filter_value",
  "past_present_share_buffer",
];

/** Attention with its range taken at run time: the projection of queries, keys and values is the integer product. */
export function emitAttention(emitter: Emitter, node: Node, planned: QuantizedNode): void {
  const [x, w, bias = "", mask = "", past = ""] = node.inputs as [string, string, string?, string?, string?];
  const activation = emitter.dynamic(node, x);
  const weight = emitter.integers(w, planned.weight!, { axes: [1] });
  const columns = emitter.weight(w)!.source.shape[1]!;
  const addend =
    bias === "" ? emitter.constant(`${node.name}_bias`, float32([columns], new Float32Array(columns))) : bias;
  const inputs = [
    activation.data,
    weight.data,
    addend,
    activation.scale,
    weight.scale,
    mask,
    activation.zeroPoint,
    weight.zeroPoint,
    past,
  ];
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).filter(([name]) => attentionAttributes.includes(name)),
  );
  emitter.draft.replace(
    node,
    nodeOf("QAttention", node.name, withoutTail(inputs), node.outputs, attributes, MICROSOFT),
  );
}

/** Embeddings summed and normalised from integer tables; gamma and beta are integers too, all with one scale each. */
export function emitEmbedding(emitter: Emitter, node: Node, planned: QuantizedNode): void {
  const spec: WeightSpec = { ...planned.weight!, granularity: "per-tensor" };
  const [ids, segments, word, position, segment, gamma, beta, mask = ""] = node.inputs as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  const tables = [word, position, segment, gamma, beta].map((name): IntegerWeight | undefined =>
    name === "" ? undefined : emitter.integers(name, spec, { axes: [] }),
  );
  const part = (pick: (weight: IntegerWeight) => string): string[] =>
    tables.map((weight) => (weight ? pick(weight) : ""));
  const inputs = [
    ids,
    segments,
    ...part(({ data }) => data),
    mask,
    ...part(({ scale }) => scale),
    ...part(({ zeroPoint }) => zeroPoint),
  ];
  const { epsilon } = node.attributes;
  emitter.draft.replace(
    node,
    nodeOf("QEmbedLayerNormalization", node.name, inputs, node.outputs, epsilon ? { epsilon } : {}, MICROSOFT),
  );
}

/** Optional inputs at the end that are not there need no place. */
function withoutTail(inputs: readonly string[]): readonly string[] {
  const last = inputs.findLastIndex((name) => name !== "");
  return inputs.slice(0, last + 1);
}
