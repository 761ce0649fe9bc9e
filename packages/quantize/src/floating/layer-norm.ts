// Layer normalisations that are written out become LayerNormalization, which computes its squares in float32 inside.

import {
  attribute,
  dropped,
  edit,
  float32,
  layerNorms,
  nodeOf,
  raiseOpset,
  removeDeadCode,
  sourceOf,
  type Graph,
  type GraphDraft,
  type NormPattern,
} from "@tersor/core";

const LAYER_NORMALIZATION = 17;

/** The graph with one operator for each layer normalisation over the last axis, as far as its scale is a constant. */
export function fuseLayerNorms(graph: Graph): Graph {
  const fused = edit(graph, (draft) => {
    for (const pattern of layerNorms(graph)) fuse(draft, pattern);
  });
  return fused === graph ? graph : removeDeadCode.run(raiseOpset(fused, LAYER_NORMALIZATION));
}

function fuse(draft: GraphDraft, { kind, axes, gamma, beta, input, output, epsilon }: NormPattern): void {
  const last = draft.producer(output);
  const scale = gamma === undefined ? undefined : draft.weight(gamma)?.source;
  if (kind !== "layer" || !last || axes?.length !== 1 || axes[0] !== -1 || scale?.shape.length !== 1) return;
  const shift = beta ?? zeros(draft, `${output}_shift`, scale.shape[0]!);
  const attributes = { axis: attribute.int(-1), epsilon: attribute.float(epsilon) };
  draft.replace(last, nodeOf("LayerNormalization", last.name, [input, gamma!, shift], [output], attributes));
}

function zeros(draft: GraphDraft, wish: string, length: number): string {
  const name = draft.fresh(wish);
  draft.setWeight(name, {
    source: sourceOf(float32([length], new Float32Array(length))),
    origin: dropped("made by the conversion to float16"),
  });
  return name;
}
