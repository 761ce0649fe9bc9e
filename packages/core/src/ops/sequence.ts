// Sequences and optionals: https://onnx.ai/onnx/operators/onnx__SequenceAt.html. Sequence operators since 11,
// Optional since 15 (18 lets plain tensors pass through the Get and Has forms), SequenceMap since 17.
// A sequence whose elements differ in shape has no shape: one name would wrongly stand for several sizes.

import { modDims, type Dim } from "../graph/dim.ts";
import type { Subgraph, ValueType } from "../graph/graph.ts";
import { defineOp, flag, int, raw, type AttributeSpec, type Fact, type ShapedInput } from "./define.ts";
import { joinElements, tensorType, typeOfFact } from "./join-facts.ts";
import { axisOf, dtypeNamed, numbersIn, tensorIn } from "./known.ts";

const moves = { kind: "float", why: "runtimes have no INT8 form of sequences" } as const;
const inFacts = () => [];
const sequenceOf = (element: ValueType): Fact => ({ kind: "sequence", element });
const scalar = (dtype: "int64" | "bool"): Fact => tensorType(dtype, []);

function elementOf(fact: Fact | undefined): ValueType | undefined {
  return fact?.kind === "sequence" ? fact.element : undefined;
}

/** The element as a fact of its own. */
function asFact(type: ValueType | undefined): Fact | undefined {
  return type && type.kind !== "unknown" ? type : undefined;
}

export const sequenceConstruct = defineOp({
  type: "SequenceConstruct",
  since: [11],
  types: inFacts,
  partial: true,
  shape: (_, __, context) => {
    const elements = context.node.inputs.map((___, input) => typeOfFact(context.fact(input)));
    return [sequenceOf(elements.length > 0 ? elements.reduce(joinElements) : { kind: "unknown" })];
  },
  quantization: moves,
});

export const sequenceEmpty = defineOp({
  type: "SequenceEmpty",
  since: [11],
  attributes: { dtype: int(1) },
  types: inFacts,
  shape: (_, { dtype }) => [sequenceOf(tensorType(dtypeNamed(dtype, undefined), undefined))],
  quantization: moves,
});

/** Inputs: sequence, tensor, position. */
export const sequenceInsert = defineOp({
  type: "SequenceInsert",
  since: [11],
  types: inFacts,
  partial: true,
  shape: (_, __, context) => {
    const element = elementOf(context.fact(0));
    const added = typeOfFact(context.fact(1));
    return [sequenceOf(element ? joinElements(element, added) : { kind: "unknown" })];
  },
  quantization: moves,
});

export const sequenceErase = defineOp({
  type: "SequenceErase",
  since: [11],
  types: inFacts,
  partial: true,
  shape: (_, __, context) => [context.fact(0)],
  quantization: moves,
});

/** Inputs: sequence, position. */
export const sequenceAt = defineOp({
  type: "SequenceAt",
  since: [11],
  types: inFacts,
  partial: true,
  shape: (_, __, context) => [asFact(elementOf(context.fact(0)))],
  quantization: moves,
});

export const sequenceLength = defineOp({
  type: "SequenceLength",
  since: [11],
  types: inFacts,
  partial: true,
  shape: () => [scalar("int64")],
  quantization: moves,
});

const body: AttributeSpec<Subgraph | undefined> = {
  read: (attribute) => (attribute?.kind === "graph" ? attribute.value : undefined),
};

/** Runs a body for each element; further inputs are sequences too, or tensors that each round sees whole. */
export const sequenceMap = defineOp({
  type: "SequenceMap",
  since: [17],
  attributes: { body },
  types: inFacts,
  partial: true,
  shape: (_, attributes, context) => {
    const inputs = context.node.inputs.map((__, input) => {
      const fact = context.fact(input);
      return fact?.kind === "sequence" ? asFact(fact.element) : fact;
    });
    const shared = inputs.every((fact) => fact?.kind !== "tensor" || fact.shape !== undefined);
    const results = attributes.body ? context.inferBody(attributes.body, inputs) : [];
    // A name that the body makes up may differ from round to round, so only shapes made of inputs' dimensions hold.
    return results.map((fact) => {
      const tensor = tensorIn(fact);
      const fixed = shared && tensor?.shape?.every((dim) => typeof dim === "number");
      return sequenceOf(tensor ? tensorType(tensor.dtype, fixed ? tensor.shape : undefined) : typeOfFact(fact));
    });
  },
  quantization: moves,
});

/** Inputs: input, split (a size, or a list of sizes; without it pieces of 1, which lose the axis when keepdims is 0). */
export const splitToSequence = defineOp({
  type: "SplitToSequence",
  since: [11],
  attributes: { axis: int(0), keepdims: flag(true) },
  types: inFacts,
  partial: true,
  shape: ([x, split], { axis, keepdims }, context) => {
    const { dtype } = tensorIn(context.fact(0)) ?? {};
    const at = x && axisOf(axis, x.shape.length);
    if (at === undefined) return [sequenceOf(tensorType(dtype, undefined))];
    const splits = Boolean(context.node.inputs[1]);
    if (!splits && !keepdims) return [sequenceOf(tensorType(dtype, x!.shape.toSpliced(at, 1)))];
    const size = splits ? evenPiece(x!.shape[at]!, split) : 1;
    return [sequenceOf(tensorType(dtype, size === undefined ? undefined : x!.shape.with(at, size)))];
  },
  quantization: moves,
});

/** The size that all pieces have, or undefined when they differ or are not known. */
function evenPiece(length: Dim, split: ShapedInput | undefined): Dim | undefined {
  const sizes = numbersIn(split);
  const [first] = sizes ?? [];
  if (!sizes || !split || first === undefined) return undefined;
  if (split.shape.length > 0) return sizes.every((size) => size === first) ? first : undefined;
  return modDims(length, first) === 0 ? first : undefined;
}

export const concatFromSequence = defineOp({
  type: "ConcatFromSequence",
  since: [11],
  attributes: { axis: int(0), new_axis: flag() },
  types: inFacts,
  partial: true,
  shape: (_, { axis, new_axis }, context) => {
    const element = asFact(elementOf(context.fact(0)));
    if (element?.kind !== "tensor") return [];
    const at = element.shape && axisOf(axis, element.shape.length + (new_axis ? 1 : 0));
    if (at === undefined) return [tensorType(element.dtype, undefined)];
    const length = context.unknownDim(0, at);
    return [
      tensorType(element.dtype, new_axis ? element.shape!.toSpliced(at, 0, length) : element.shape!.with(at, length)),
    ];
  },
  quantization: moves,
});

export const optional = defineOp({
  type: "Optional",
  since: [15],
  attributes: { type: raw() },
  types: inFacts,
  partial: true,
  shape: (_, __, context) => [{ kind: "optional", element: typeOfFact(context.fact(0)) }],
  quantization: moves,
});

export const optionalGetElement = defineOp({
  type: "OptionalGetElement",
  since: [15, 18],
  types: inFacts,
  partial: true,
  shape: (_, __, context) => {
    const fact = context.fact(0);
    return [fact?.kind === "optional" ? asFact(fact.element) : fact];
  },
  quantization: moves,
});

export const optionalHasElement = defineOp({
  type: "OptionalHasElement",
  since: [15, 18],
  types: inFacts,
  partial: true,
  shape: () => [scalar("bool")],
  quantization: moves,
});
