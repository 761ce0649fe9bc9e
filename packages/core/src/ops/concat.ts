// Concat: tensors one after the other along an axis (https://onnx.ai/onnx/operators/onnx__Concat.html).

import { sumOfDims, type Dim } from "../graph/dim.ts";
import { defineOp, int, type Elements, type RuleContext, type ShapedInput } from "./define.ts";
import { elementAt, filled, indices, isNumeric } from "./elements.ts";
import { axisOf, tensorIn } from "./known.ts";

export const concat = defineOp({
  type: "Concat",
  since: [1, 4, 11, 13],
  attributes: { axis: int(1) },
  shape: (inputs, { axis }) => [concatenated(inputs, axis)],
  fold: (inputs, { axis }, context) => {
    const parts = inputs.map((input, i) => input ?? unknownElements(i, context));
    const known = parts.filter((part) => part !== undefined);
    const folded = known.length === parts.length && inputs.some(Boolean) ? join(known, axis) : undefined;
    return folded && [folded];
  },
  quantization: { kind: "activation", inputs: "all" },
});

function concatenated(inputs: readonly Pick<ShapedInput, "shape">[], axis: number): readonly Dim[] | undefined {
  const [first] = inputs;
  const along = first && axisOf(axis, first.shape.length);
  if (along === undefined || inputs.some(({ shape }) => shape.length !== first!.shape.length)) return undefined;
  return first!.shape.map((dim, at) => {
    if (at === along) return sumOfDims(inputs.map(({ shape }) => shape[at]!));
    return inputs.map(({ shape }) => shape[at]!).find((other) => typeof other === "number") ?? dim;
  });
}

/** Stands for an input of known shape whose elements are not known. */
function unknownElements(input: number, context: RuleContext): Elements | undefined {
  const fact = tensorIn(context.fact(input));
  if (!fact?.dtype || !isNumeric(fact.shape)) return undefined;
  return filled(fact.dtype, fact.shape, null);
}

function join(parts: readonly Elements[], axis: number): Elements | undefined {
  const shape = concatenated(parts, axis);
  const [first] = parts;
  if (!first || !isNumeric(shape)) return undefined;
  const along = axisOf(axis, shape.length)!;
  return { dtype: first.dtype, shape, data: indices(shape).map((index) => elementOf(parts, index, along)) };
}

function elementOf(parts: readonly Elements[], index: readonly number[], along: number): Dim | null {
  let at = index[along]!;
  for (const part of parts) {
    const length = part.shape[along]!;
    if (at < length) return elementAt(part, index.with(along, at));
    at -= length;
  }
  return null;
}
