// A scale and a shift per channel join the operator before them:
//   y = (conv(x, W) + b) * f + s = conv(x, W f) + b f + s

import type { GraphDraft } from "../graph/edit.ts";
import type { Node, Weight } from "../graph/graph.ts";
import { dropped, extend, scaledAlong } from "../graph/origin.ts";
import { derivedSource } from "../tensor/layout.ts";
import { sourceOf } from "../tensor/source.ts";
import { bytesOf, elementCount, float32, float32Of, type Shape } from "../tensor/tensor.ts";
import type { DraftLevel } from "./levels.ts";

/** y = x * factor + shift, per channel. */
export interface Affine {
  readonly factors: Float32Array;
  readonly shifts: Float64Array;
}

/** The elements of a float32 constant. */
export function floatsOf(weight: Weight | undefined): Float32Array | undefined {
  return weight?.source.dtype === "float32" ? float32Of(weight.source.tensor()) : undefined;
}

/** Folds the node behind a Conv, ConvTranspose or Gemm, which alone reads it, into that operator, where it can be. */
export function foldAffine(maker: Node, node: Node, affine: Affine, level: DraftLevel): void {
  const { draft } = level;
  const [, weightName = "", biasName = ""] = maker.inputs;
  const weight = level.constant(weightName);
  const axis = weight?.source.dtype === "float32" ? channelAxisOf(maker, weight.source.shape) : undefined;
  if (!weight || axis === undefined || weight.source.shape[axis] !== affine.factors.length) return;
  const bias = biasName === "" ? undefined : floatsOf(level.constant(biasName));
  if (biasName !== "" && (!bias || !isPerChannel(bias, biasName, affine, level))) return;
  const beta = maker.op === "Gemm" && maker.attributes["beta"]?.kind === "float" ? maker.attributes["beta"].value : 1;

  const scales = affine.factors.some((factor) => factor !== 1);
  const scaledName = scales ? ownName(draft, weightName, maker) : weightName;
  const inputs = [maker.inputs[0]!, scaledName, draft.fresh(`${biasName || weightName}_folded`)];
  if (scales) draft.setWeight(scaledName, scaled(weight, axis, affine.factors));
  draft.setWeight(inputs[2]!, foldedBias(bias, beta, affine));
  draft.remove(node);
  const attributes = Object.fromEntries(Object.entries(maker.attributes).filter(([name]) => name !== "beta"));
  draft.update(maker, { inputs, outputs: node.outputs.slice(0, 1), attributes });
}

function isPerChannel(bias: Float32Array, name: string, { factors }: Affine, level: DraftLevel): boolean {
  return bias.length === factors.length && level.constant(name)!.source.shape.length === 1;
}

/** The axis of the weight that holds the output channels one by one, if there is one. */
export function channelAxisOf(node: Node, shape: Shape): number | undefined {
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
    : dropped("a factor of one of its channels is zero");
  return { source: derivedSource([source], "float32", source.shape, compute), origin: home };
}

function foldedBias(bias: Float32Array | undefined, beta: number, { factors, shifts }: Affine): Weight {
  const values = Float32Array.from(
    shifts,
    (shift, channel) => beta * (bias?.[channel] ?? 0) * factors[channel]! + shift,
  );
  return {
    source: sourceOf(float32([values.length], values)),
    origin: dropped("a scale and a shift were folded into it"),
  };
}
