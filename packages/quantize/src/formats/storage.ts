// Forms that store weights as integers and compute in float: embedding tables and operators without an INT8 kernel.

import { attribute, elementCount, nodeOf, type Node, type QuantizedNode, type WeightSpec } from "@tersor/core";
import { emitEmbedding } from "./attention.ts";
import { intAttribute } from "./attributes.ts";
import type { Emitter } from "./emit.ts";

const FLOAT = 1;

/**
 * A look-up in an integer table: rows and their scales are gathered, then multiplied. Only the rows that are used
 * are brought back to float.
 *
 *   indices ─┬─ Gather(table) ── Cast ── Mul
 *            └─ Gather(row scales) ──────┘
 */
export function emitTable(emitter: Emitter, node: Node, plan: QuantizedNode): void {
  if (node.op === "EmbedLayerNormalization") return emitEmbedding(emitter, node, plan);
  const [table, indices] = node.inputs as [string, string];
  const { draft } = emitter;
  const { shape } = emitter.weight(table)!.source;
  const weight = emitter.integers(table, tableSpec(plan.weight!, elementCount(shape.slice(1))), { axes: [0] });
  const [rows, floats] = ["rows", "floats"].map((part) => draft.fresh(`${node.name}_${part}`)) as [string, string];
  const gathered: Node[] = [];
  let scale = weight.scale;
  if (weight.channels.length > 0) {
    const scales = emitter.rowScales(weight, [shape[0]!, ...shape.slice(1).map(() => 1)]);
    scale = draft.fresh(`${node.name}_scale`);
    gathered.push(nodeOf("Gather", scale, [scales, indices], [scale], node.attributes));
  }
  draft.replace(
    node,
    nodeOf("Gather", `${node.name}_rows`, [weight.data, indices], [rows], node.attributes),
    nodeOf("Cast", floats, [rows], [floats], { to: attribute.int(FLOAT) }),
    ...gathered,
    nodeOf("Mul", node.name, [floats, scale], node.outputs),
  );
}

/** Rows shorter than this share one scale: their own would weigh more than an eighth of the row. */
const SHORTEST_SCALED_ROW = 32;

/** Tables are signed whatever weights are: no kernel multiplies them, and rows need no zero point. */
function tableSpec(spec: WeightSpec, rowLength: number): WeightSpec {
  const granularity = rowLength < SHORTEST_SCALED_ROW ? "per-tensor" : spec.granularity;
  return { ...spec, dtype: "int8", granularity };
}

/** Weights of one node stored as integers, each dequantized right before it. */
export function emitWeightOnly(emitter: Emitter, node: Node, plan: QuantizedNode): void {
  const inputs = [...node.inputs];
  for (const name of plan.weights ?? []) {
    const axis = storageAxis(node);
    const weight = emitter.integers(name, plan.weight!, { axes: [axis] });
    inputs.splice(inputs.indexOf(name), 1, emitter.dequantizedWeight(weight, axis));
  }
  emitter.draft.update(node, { inputs });
}

/** DequantizeLinear has one axis: the output channels of a ConvTranspose ([in, out / groups, …]) and of the gates ([directions, gates, in]) are axis 1. */
function storageAxis(node: Node): number {
  if (node.op === "Gemm") return intAttribute(node, "transB", 0) ? 0 : 1;
  return node.op === "Conv" ? 0 : 1;
}
