// BatchNormalization at inference is a scale and a shift per channel, and joins the operator before it:
//   y = (conv(x, W) + b - mean) * f + beta   with f = gamma / sqrt(variance + epsilon)
//     = conv(x, W f) + (b - mean) f + beta
// https://onnx.ai/onnx/operators/onnx__BatchNormalization.html; Jacob et al. 2018 (1712.05877), section 3.2.

import type { GraphDraft } from "../graph/edit.ts";
import type { Graph, Node, Weight } from "../graph/graph.ts";
import { dropped, extend, scaledAlong } from "../graph/origin.ts";
import { derivedSource } from "../tensor/layout.ts";
import { sourceOf } from "../tensor/source.ts";
import { bytesOf, elementCount, float32, float32Of, type Shape } from "../tensor/tensor.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/**
 * Folds BatchNormalization into the Conv, ConvTranspose or Gemm before it, when nothing else reads in between and all
 * parameters are float32 constants. One that stands before an operator, or alone, stays.
 */
export const foldBatchNorm: Pass = {
  name: "foldBatchNorm",
  run: (graph: Graph) => editLevels(graph, foldLevel),
};

/** y = x * factor + shift, per channel. */
interface Affine {
  readonly factors: Float32Array;
  readonly shifts: Float64Array;
}

function foldLevel(level: DraftLevel): void {
  for (const norm of currentNodes(level.draft)) {
    const affine = norm.op === "BatchNormalization" && norm.domain === "" ? affineOf(norm, level) : undefined;
    const maker = affine && level.draft.producer(norm.inputs[0]!);
    if (maker?.domain === "" && level.draft.onlyConsumer(norm.inputs[0]!) === norm) fold(maker, norm, affine!, level);
  }
}

/** Scale and shift of a BatchNormalization that does not train. */
function affineOf(node: Node, level: DraftLevel): Affine | undefined {
  const { training_mode: training, spatial, epsilon } = node.attributes;
  if (training?.kind === "int" && training.value !== 0) return undefined;
  if (spatial?.kind === "int" && spatial.value !== 1) return undefined;
  if (node.outputs.slice(1).some((name) => name !== "")) return undefined;
  const [gamma, beta, mean, variance] = node.inputs.slice(1, 5).map((name) => floatsOf(level.constant(name)));
  if (!gamma || !beta || !mean || !variance || beta.length !== gamma.length) return undefined;
  const added = epsilon?.kind === "float" ? epsilon.value : 1e-5;
  const factors = gamma.map((value, channel) => value / Math.sqrt(variance[channel]! + added));
  const shifts = Float64Array.from(beta, (value, channel) => value - mean[channel]! * factors[channel]!);
  return factors.every(Number.isFinite) && shifts.every(Number.isFinite) ? { factors, shifts } : undefined;
}

function floatsOf(weight: Weight | undefined): Float32Array | undefined {
  return weight?.source.dtype === "float32" ? float32Of(weight.source.tensor()) : undefined;
}

function fold(maker: Node, norm: Node, affine: Affine, level: DraftLevel): void {
  const { draft } = level;
  const [, weightName = "", biasName = ""] = maker.inputs;
  const weight = level.constant(weightName);
  const axis = weight?.source.dtype === "float32" ? channelAxisOf(maker, weight.source.shape) : undefined;
  if (!weight || axis === undefined || weight.source.shape[axis] !== affine.factors.length) return;
  const bias = biasName === "" ? undefined : floatsOf(level.constant(biasName));
  if (biasName !== "" && (!bias || !isPerChannel(bias, biasName, affine, level))) return;
  const beta = maker.op === "Gemm" && maker.attributes["beta"]?.kind === "float" ? maker.attributes["beta"].value : 1;

  const inputs = [maker.inputs[0]!, ownName(draft, weightName, maker), draft.fresh(`${biasName || weightName}_folded`)];
  draft.setWeight(inputs[1]!, scaled(weight, axis, affine.factors));
  draft.setWeight(inputs[2]!, foldedBias(bias, beta, affine));
  draft.remove(norm);
  const attributes = Object.fromEntries(Object.entries(maker.attributes).filter(([name]) => name !== "beta"));
  draft.update(maker, { inputs, outputs: norm.outputs.slice(0, 1), attributes });
}

function isPerChannel(bias: Float32Array, name: string, { factors }: Affine, level: DraftLevel): boolean {
  return bias.length === factors.length && level.constant(name)!.source.shape.length === 1;
}

/** The axis of the weight that holds the output channels one by one, if there is one. */
function channelAxisOf(node: Node, shape: Shape): number | undefined {
  const { group: given, transB } = node.attributes;
  const group = given?.kind === "int" ? given.value : 1;
  switch (node.op) {
    case "Conv":
      return 0;
    case "Gemm":
      return transB?.kind === "int" && transB.value !== 0 ? 0 : 1;
    case "ConvTranspose":
      // [C, M / group, ...]: with groups, axis 1 mixes channels of all of them, unless each group has just one.
      return group === 1 ? 1 : shape[1] === 1 && shape[0] === group ? 0 : undefined;
    default:
      return undefined;
  }
}

/** The name of the weight if only this node reads it; otherwise a new one for the changed copy. */
function ownName(draft: GraphDraft, name: string, reader: Node): string {
  const isOwn = draft.weight(name) !== undefined && draft.onlyConsumer(name) === reader;
  return isOwn ? name : draft.fresh(`${name}_folded`);
}

/** W' = W f, computed when it is read. */
function scaled({ source, origin }: Weight, axis: number, factors: Float32Array): Weight {
  const compute = (): Uint8Array => bytesOf(float32(source.shape, scaledAlong(source.tensor(), axis, factors)));
  const home = factors.every((factor) => factor !== 0 && elementCount(source.shape) > 0)
    ? extend(origin, { kind: "scale", axis, factors })
    : dropped("a BatchNormalization multiplies one of its channels by zero");
  return { source: derivedSource([source], "float32", source.shape, compute), origin: home };
}

function foldedBias(bias: Float32Array | undefined, beta: number, { factors, shifts }: Affine): Weight {
  const values = Float32Array.from(
    shifts,
    (shift, channel) => beta * (bias?.[channel] ?? 0) * factors[channel]! + shift,
  );
  return {
    source: sourceOf(float32([values.length], values)),
    origin: dropped("a BatchNormalization was folded into it"),
  };
}
