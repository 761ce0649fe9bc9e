// Range: start, start + delta, ... before limit (https://onnx.ai/onnx/operators/onnx__Range.html).

import { addDims, ceilDivDims, isIntegralDim, maxDims, mulDims, subDims, type Dim } from "../graph/dim.ts";
import type { DataType } from "../tensor/dtype.ts";
import { defineOp } from "./define.ts";
import { rounded, type Element } from "./elements.ts";
import { dimIn } from "./known.ts";

export const range = defineOp({
  type: "Range",
  since: [11],
  shape: ([start, limit, delta], _, context) => [
    [countOf(start!.dtype, dimIn(start), dimIn(limit), dimIn(delta)) ?? context.unknownDim(0, "count")],
  ],
  fold: ([start, limit, delta]) => {
    const [first, last, step] = [start, limit, delta].map((value) => value?.data[0] ?? undefined);
    const count = countOf(start?.dtype, first, last, step);
    if (typeof count !== "number" || first === undefined || step === undefined) return undefined;
    const { dtype } = start!;
    const data = Array.from({ length: count }, (_, i): Element => rounded(dtype, addDims(first, mulDims(i, step))));
    return [{ dtype, shape: [count], data }];
  },
  quantization: { kind: "float", why: "it counts positions" },
});

/** max(0, ceil((limit - start) / delta)); with symbols for a step of whole numbers. */
function countOf(
  dtype: DataType | undefined,
  start: Dim | undefined,
  limit: Dim | undefined,
  delta: Dim | undefined,
): Dim | undefined {
  if (start === undefined || limit === undefined || typeof delta !== "number" || delta === 0) return undefined;
  const span = delta > 0 ? subDims(limit, start) : subDims(start, limit);
  const step = Math.abs(delta);
  // The difference is rounded to the element type, the quotient is not: as in onnxruntime.
  if (typeof span === "number") return Math.max(0, Math.ceil((dtype === "float32" ? Math.fround(span) : span) / step));
  return isIntegralDim(span) && Number.isInteger(step) ? maxDims(0, ceilDivDims(span, step)) : undefined;
}
