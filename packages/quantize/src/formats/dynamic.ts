// Dynamic forms (IntegerOps): the activation's range is taken at run time by DynamicQuantizeLinear, the product is an
// integer operator, and one Mul brings it back to float.
//
//   x ── DynamicQuantizeLinear ─┬─ MatMulInteger ── Cast ── Mul ── (Add bias)
//                               └─ scale ── Mul(weight scale) ┘

import { attribute, float32, float32Of, nodeOf, type Node, type QuantizedNode, type WeightSpec } from "@tersor/core";
import type { Emitter } from "./emit.ts";
import { emitAttention } from "./attention.ts";
import { floatAttribute, intAttribute } from "./attributes.ts";

const FLOAT = 1;

/** Rewrites one node into its dynamic form. */
export function emitDynamic(emitter: Emitter, node: Node, plan: QuantizedNode): void {
  const spec = plan.weight!;
  switch (node.op) {
    case "MatMul":
      return emitMatMul(emitter, node, spec);
    case "Gemm":
      return emitGemm(emitter, node, spec);
    case "Conv":
      return emitConv(emitter, node, spec);
    case "LSTM":
      return emitLstm(emitter, node, spec);
    case "Attention":
      return emitAttention(emitter, node, plan);
  }
}

function emitMatMul(emitter: Emitter, node: Node, spec: WeightSpec): void {
  const [x, w] = node.inputs as [string, string];
  const rank = emitter.weight(w)!.source.shape.length;
  const weight = emitter.integers(w, spec, { axes: [rank - 1] });
  const nodes = product(emitter, node, "MatMulInteger", x, weight, spec, node.outputs[0]!, weight.scale);
  emitter.draft.replace(node, ...nodes);
}

/** Gemm becomes MatMulInteger on [in, out] weights; alpha goes into the scale, beta into the bias. */
function emitGemm(emitter: Emitter, node: Node, spec: WeightSpec): void {
  const [x, w, c] = node.inputs as [string, string, string | undefined];
  const { draft } = emitter;
  const transB = intAttribute(node, "transB", 0) !== 0;
  const alpha = floatAttribute(node, "alpha", 1);
  const weight = emitter.integers(w, spec, { axes: [transB ? 0 : 1], transpose: transB, factor: alpha });
  let left = x;
  if (intAttribute(node, "transA", 0) !== 0) {
    left = draft.fresh(`${x}_transposed`);
    draft.insertBefore(node, nodeOf("Transpose", left, [x], [left], { perm: attribute.ints([1, 0]) }));
  }
  const bias = c === undefined || c === "" ? undefined : scaledBias(emitter, node, c);
  const sum = bias === undefined ? node.outputs[0]! : draft.fresh(`${node.outputs[0]!}_product`);
  const nodes = product(emitter, node, "MatMulInteger", left, weight, spec, sum, weight.scale);
  if (bias !== undefined) nodes.push(nodeOf("Add", `${node.name}_bias`, [sum, bias], [node.outputs[0]!]));
  draft.replace(node, ...nodes);
}

/** beta * C: a new constant where C is one, a Mul where it is computed. */
export function scaledBias(emitter: Emitter, node: Node, c: string): string {
  const beta = floatAttribute(node, "beta", 1);
  if (beta === 1) return c;
  const weight = emitter.weight(c);
  if (weight)
    return emitter.constant(
      `${c}_scaled`,
      float32(
        weight.source.shape,
        float32Of(weight.source.tensor()).map((value) => value * beta),
      ),
    );
  const scaled = emitter.draft.fresh(`${c}_scaled`);
  emitter.draft.insertBefore(node, nodeOf("Mul", scaled, [c, emitter.scalar(`${node.name}_beta`, beta)], [scaled]));
  return scaled;
}

/** Runtimes take unsigned weights with one zero point for ConvInteger; scale and bias are per output channel. */
function emitConv(emitter: Emitter, node: Node, spec: WeightSpec): void {
  const [x, w, b] = node.inputs as [string, string, string | undefined];
  const { draft } = emitter;
  const rank = emitter.weight(w)!.source.shape.length;
  const weight = emitter.integers(w, { ...spec, dtype: "uint8" }, { axes: [0] });
  const shape = [...weight.channels, ...Array<number>(weight.channels.length && rank - 2).fill(1)];
  const scale = emitter.constant(`${w}_channel_scale`, float32(shape, weight.scales));
  const zero = emitter.constant(`${w}_zero`, { dtype: "uint8", shape: [], data: Uint8Array.of(128) });
  const sum = b === undefined || b === "" ? node.outputs[0]! : draft.fresh(`${node.outputs[0]!}_product`);
  const nodes = product(
    emitter,
    node,
    "ConvInteger",
    x,
    { data: weight.data, zeroPoint: zero },
    { ...spec, dtype: "uint8" },
    sum,
    scale,
  );
  if (sum !== node.outputs[0])
    nodes.push(nodeOf("Add", `${node.name}_bias`, [sum, channelBias(emitter, node, b!, rank)], [node.outputs[0]!]));
  draft.replace(node, ...nodes);
}

/** The bias of a convolution as [C, 1, 1 …], so that it adds to [N, C, …]. */
function channelBias(emitter: Emitter, node: Node, bias: string, rank: number): string {
  const weight = emitter.weight(bias);
  const ones = Array<number>(rank - 2).fill(1);
  if (weight)
    return emitter.constant(
      `${bias}_channel`,
      float32([weight.source.shape[0]!, ...ones], float32Of(weight.source.tensor())),
    );
  const target = emitter.constant(`${node.name}_bias_shape`, {
    dtype: "int64",
    shape: [rank - 1],
    data: BigInt64Array.from([-1n, ...ones.map(BigInt)]),
  });
  const shaped = emitter.draft.fresh(`${bias}_channel`);
  emitter.draft.insertBefore(node, nodeOf("Reshape", shaped, [bias, target], [shaped]));
  return shaped;
}

/** Integer operator, Cast, and the Mul by both scales, ending in `output`. */
function product(
  emitter: Emitter,
  node: Node,
  op: "MatMulInteger" | "ConvInteger",
  x: string,
  weight: { data: string; zeroPoint: string },
  spec: WeightSpec,
  output: string,
  weightScale: string,
): [Node, ...Node[]] {
  const { draft } = emitter;
  const activation = emitter.dynamic(node, x);
  const [integers, floats, scale] = ["integers", "floats", "scale"].map((part) =>
    draft.fresh(`${node.name}_${part}`),
  ) as [string, string, string];
  const zeros = spec.dtype === "uint8" ? [activation.zeroPoint, weight.zeroPoint] : [activation.zeroPoint];
  return [
    nodeOf(
      op,
      `${node.name}_${op}`,
      [activation.data, weight.data, ...zeros],
      [integers],
      op === "ConvInteger" ? node.attributes : {},
    ),
    nodeOf("Cast", floats, [integers], [floats], { to: attribute.int(FLOAT) }),
    nodeOf("Mul", scale, [activation.scale, weightScale], [scale]),
    nodeOf("Mul", `${node.name}_Mul`, [floats, scale], [output]),
  ];
}

/**
 * LSTM becomes com.microsoft.DynamicQuantizeLSTM: integer weights as [directions, in, 4 * hidden] with one scale per
 * direction and gate channel.
 */
function emitLstm(emitter: Emitter, node: Node, spec: WeightSpec): void {
  const [x, w, r, ...rest] = node.inputs as [string, string, string, ...string[]];
  const weights = [w, r].map((name) =>
    emitter.integers(name, spec, { axes: [0, 1], coarseAxes: [0], transpose: true }),
  );
  const optional = Array.from({ length: 5 }, (_, i) => rest[i] ?? "");
  const parameters = weights.flatMap(({ scale, zeroPoint }) => [scale, zeroPoint]);
  const attributes = Object.fromEntries(Object.entries(node.attributes).filter(([name]) => name !== "layout"));
  emitter.draft.raiseOpset("com.microsoft", 1);
  emitter.draft.replace(
    node,
    nodeOf(
      "DynamicQuantizeLSTM",
      node.name,
      [x, ...weights.map(({ data }) => data), ...optional, ...parameters],
      node.outputs,
      attributes,
      "com.microsoft",
    ),
  );
}
