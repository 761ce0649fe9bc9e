// Squeeze, Unsqueeze: axes of size 1 taken out and put in (https://onnx.ai/onnx/operators/onnx__Squeeze.html).
// `axes` moved from attribute to input at 13.

import type { Dim } from "../graph/dim.ts";
import { defineOp, ints, type Elements, type RuleContext, type ShapedInput } from "./define.ts";
import { numbersOfElements, reshaped } from "./elements.ts";
import { axesOf, numbersIn } from "./known.ts";

const moves = { kind: "transparent", data: 0 } as const;

export const squeeze = defineOp({
  type: "Squeeze",
  since: [1, 11, 13, 21, 23],
  attributes: { axes: ints() },
  shape: ([x, input], { axes }) => {
    const given = axes ?? (input && numbersIn(input));
    return [given === undefined && input ? undefined : squeezed(x!.shape, given)];
  },
  fold: ([x, input], { axes }, context) => {
    const given = axes ?? numbersOfElements(input);
    if (given === undefined && context.node.inputs[1]) return undefined;
    return withShape(x, x && squeezed(x.shape, given));
  },
  quantization: moves,
});

export const unsqueeze = defineOp({
  type: "Unsqueeze",
  since: [1, 11, 13, 21, 23],
  attributes: { axes: ints() },
  shape: ([x, input], { axes }, context) => {
    const given = axes ?? numbersIn(input);
    return [given ? unsqueezed(x!.shape, given) : anyUnsqueezed(x!, input, context)];
  },
  fold: ([x, input], { axes }) => {
    const given = axes ?? numbersOfElements(input);
    return withShape(x, x && given && unsqueezed(x.shape, given));
  },
  quantization: moves,
});

function squeezed(shape: readonly Dim[], axes: readonly number[] | undefined): readonly Dim[] | undefined {
  if (axes === undefined) {
    // Without axes every 1 goes; what a symbolic dimension does is not known.
    return shape.every((dim) => typeof dim === "number") ? shape.filter((dim) => dim !== 1) : undefined;
  }
  const removed = axesOf(axes, shape.length);
  return removed && shape.filter((_, axis) => !removed.includes(axis));
}

function unsqueezed(shape: readonly Dim[], axes: readonly number[]): readonly Dim[] | undefined {
  const added = axesOf(axes, shape.length + axes.length);
  if (added === undefined || new Set(added).size < added.length) return undefined;
  const rest = shape[Symbol.iterator]();
  return Array.from({ length: shape.length + axes.length }, (_, axis) =>
    added.includes(axis) ? 1 : rest.next().value!,
  );
}

/** Where the axes are computed, only the rank is known. */
function anyUnsqueezed(
  x: ShapedInput,
  axes: ShapedInput | undefined,
  context: RuleContext,
): readonly Dim[] | undefined {
  const count = axes?.shape.length === 0 ? 1 : axes?.shape[0];
  if (typeof count !== "number" || count > 64) return undefined;
  return Array.from({ length: x.shape.length + count }, (_, axis) => context.unknownDim(0, axis));
}

function withShape(x: Elements | undefined, shape: readonly Dim[] | undefined): readonly Elements[] | undefined {
  const numbers = shape?.every((dim) => typeof dim === "number") ? shape : undefined;
  const result = x && numbers && reshaped(x, numbers);
  return result && [result];
}
