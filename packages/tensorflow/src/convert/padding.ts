// Padding: SAME, VALID and EXPLICIT as ONNX's pads. SAME depends on the size of the input unless the stride is 1;
// where that size is open, ONNX's SAME_UPPER says the same.
// https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2

import { addDims, attribute, ceilDivDims, maxDims, mulDims, subDims, type Attribute, type Dim } from "@tersor/core";
import { textOf } from "./building.ts";
import { spatialOf, type Layout } from "./layout.ts";
import type { RuleContext } from "./rule.ts";

/** The window that moves over the spatial axes. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The padding attributes of a Conv or a pooling operator. `sizes`: the spatial sizes of its input, if known. */
export function paddingOf(
  context: RuleContext,
  layout: Layout,
  window: Window,
  sizes: readonly Dim[] | undefined,
): Readonly<Record<string, Attribute>> {
  const padding = textOf(context, "padding", "VALID");
  // Quantized convolutions have a list beside it, which goes first.
  if ((context.attribute("padding_list", "ints") ?? []).length > 0)
    return padsAttribute(explicitPads(context, layout, "padding_list"));
  if (padding === "VALID") return {};
  if (padding === "EXPLICIT") return padsAttribute(explicitPads(context, layout));
  if (padding !== "SAME") context.refuse(`its padding ${padding} is not known`);
  const totals = window.kernel.map((_, axis) => sameTotal(window, axis, sizes?.[axis]));
  if (!totals.every((total) => typeof total === "number")) return { auto_pad: attribute.string("SAME_UPPER") };
  return padsAttribute(splitPads(totals));
}

/** What SAME adds to one axis in all: undefined where it depends on a size that is not known. */
export function sameTotal({ kernel, strides, dilations }: Window, axis: number, size?: Dim): Dim | undefined {
  const reach = reachOf({ kernel, strides, dilations }, axis);
  const stride = strides[axis]!;
  if (stride === 1) return reach - 1;
  if (size === undefined) return undefined;
  const steps = subDims(ceilDivDims(size, stride), 1);
  return maxDims(0, subDims(addDims(mulDims(steps, stride), reach), size));
}

/** The number of elements from one end of the kernel to the other. */
export function reachOf({ kernel, dilations }: Window, axis: number): number {
  return (kernel[axis]! - 1) * dilations[axis]! + 1;
}

/** Begins, then ends; the odd one goes to the end. */
export function splitPads(totals: readonly number[]): readonly number[] {
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}

/** The attribute with explicit paddings, begins and ends of all axes in turn, as ONNX's pads of the spatial ones. */
export function explicitPads(context: RuleContext, layout: Layout, name = "explicit_paddings"): readonly number[] {
  const list = context.attribute(name, "ints") ?? [];
  if (list.length !== 2 * (layout.spatialRank + 2)) context.refuse(`it has ${list.length} explicit paddings`);
  const pairs = Array.from({ length: list.length / 2 }, (_, axis) => [list[2 * axis]!, list[2 * axis + 1]!] as const);
  const spatial = spatialOf(layout, pairs);
  return [...spatial.map(([begin]) => begin), ...spatial.map(([, end]) => end)];
}

function padsAttribute(pads: readonly number[]): Readonly<Record<string, Attribute>> {
  return pads.every((pad) => pad === 0) ? {} : { pads: attribute.ints(pads) };
}
