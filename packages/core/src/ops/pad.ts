// Pad: more elements (or fewer) at both ends of axes (https://onnx.ai/onnx/operators/onnx__Pad.html).
// `pads` and `value` moved from attributes to inputs at 11; the input `axes` came with 18.

import { addDims, type Dim } from "../graph/dim.ts";
import { defineOp, float, ints, string, type RuleContext, type ShapedInput } from "./define.ts";
import { isNumeric, moved, numbersOfElements } from "./elements.ts";
import { axesOf, numbersIn } from "./known.ts";

export const pad = defineOp({
  type: "Pad",
  since: [1, 2, 11, 13, 18, 19, 21, 23],
  attributes: { mode: string("constant"), pads: ints(), value: float(0) },
  shape: ([x, input, , axes], attributes, context) => {
    const chosen = context.node.inputs[3] ? numbersIn(axes) : x!.shape.map((_, axis) => axis);
    return [padded(x!.shape, attributes.pads ?? padsIn(input), chosen, context)];
  },
  fold: ([x, input, value, axes], attributes, context) => {
    const chosen = context.node.inputs[3] ? numbersOfElements(axes) : x?.shape.map((_, axis) => axis);
    const pads = attributes.pads ?? numbersOfElements(input);
    if (!x || !chosen || !pads || attributes.mode !== "constant") return undefined;
    const shape = padded(x.shape, pads, chosen, context);
    const begins = beginsOf(pads, chosen, x.shape.length);
    if (!isNumeric(shape) || !begins) return undefined;
    const fill = context.node.inputs[2] ? (value?.data[0] ?? null) : attributes.value;
    const inner = moved(x, shape, (index) => index.map((at, axis) => at - begins[axis]!));
    const outside = moved({ ...x, data: Array<number>(x.data.length).fill(1) }, shape, (index) =>
      index.map((at, axis) => at - begins[axis]!),
    );
    return [{ ...inner, data: Array.from(inner.data, (element, i) => (outside.data[i] === 1 ? element : fill)) }];
  },
  quantization: { kind: "transparent", data: 0 },
});

/** The amounts as they are known; null in place of those that are not. */
function padsIn(input: ShapedInput | undefined): readonly (Dim | null)[] {
  return Array.from(input?.value?.data ?? []);
}

function padded(
  shape: readonly Dim[],
  pads: readonly (Dim | null)[],
  chosen: readonly number[] | undefined,
  context: RuleContext,
): readonly Dim[] | undefined {
  const axes = chosen && axesOf(chosen, shape.length);
  return shape.map((dim, axis) => {
    const place = axes?.indexOf(axis);
    if (place === -1) return dim;
    const begin = place === undefined ? null : (pads[place] ?? null);
    const end = place === undefined ? null : (pads[place + axes!.length] ?? null);
    return begin === null || end === null ? context.unknownDim(0, axis) : addDims(addDims(dim, begin), end);
  });
}

function beginsOf(pads: readonly number[], chosen: readonly number[], rank: number): readonly number[] | undefined {
  const axes = axesOf(chosen, rank);
  if (axes === undefined || pads.length !== 2 * axes.length) return undefined;
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? pads[axes.indexOf(axis)]! : 0));
}
