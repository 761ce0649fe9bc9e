// Split: parts along an axis (https://onnx.ai/onnx/operators/onnx__Split.html). Sizes were an attribute before 13;
// `num_outputs` came with 18 and lets the last part be smaller.

import { ceilDivDims, mulDims, subDims, sumOfDims, type Dim } from "../graph/dim.ts";
import { defineOp, int, ints, type Elements, type RuleContext } from "./define.ts";
import { isNumeric, moved, numbersOfElements } from "./elements.ts";
import { axisOf } from "./known.ts";

export const split = defineOp({
  type: "Split",
  since: [1, 2, 11, 13, 18],
  attributes: { axis: int(0), split: ints(), num_outputs: int(undefined) },
  types: ([x], _, { node }) => node.outputs.map(() => (x?.kind === "tensor" ? x.dtype : undefined)),
  shape: ([x, sizes], { axis, split: listed, num_outputs }, context) => {
    const along = axisOf(axis, x!.shape.length);
    if (along === undefined) return [];
    const stated = listed ?? (sizes && Array.from(sizes.value?.data ?? []));
    const parts = partsOf(x!.shape[along]!, stated, num_outputs, context);
    return parts.map((part) => x!.shape.with(along, part));
  },
  fold: ([x, sizes], { axis, split: listed, num_outputs }, context) => {
    const along = x && axisOf(axis, x.shape.length);
    const stated = listed ?? numbersOfElements(sizes);
    if (along === undefined || (context.node.inputs[1] && !stated)) return undefined;
    const parts = partsOf(x!.shape[along]!, stated, num_outputs, context);
    return isNumeric(parts) ? cut(x!, along, parts) : undefined;
  },
  quantization: { kind: "transparent", data: 0 },
});

/** The length of each output: stated, or as even as can be. */
function partsOf(
  length: Dim,
  stated: readonly (Dim | null)[] | undefined,
  num_outputs: number | undefined,
  context: RuleContext,
): readonly Dim[] {
  const { outputs, inputs } = context.node;
  if (stated && stated.length > 0) return outputs.map((_, i) => stated[i] ?? context.unknownDim(i, "length"));
  if (inputs[1]) return outputs.map((_, i) => context.unknownDim(i, "length"));
  const count = num_outputs ?? outputs.length;
  const each = ceilDivDims(length, count);
  const last = subDims(length, mulDims(each, count - 1));
  return outputs.map((_, i) => (i === count - 1 ? last : each));
}

function cut(x: Elements, along: number, parts: readonly number[]): readonly Elements[] {
  return parts.map((part, i) => {
    const start = Number(sumOfDims(parts.slice(0, i)));
    return moved(x, x.shape.with(along, part), (index) => index.with(along, index[along]! + start));
  });
}
