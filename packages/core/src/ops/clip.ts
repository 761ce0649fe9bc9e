// Clip: limits to [min, max] (https://onnx.ai/onnx/operators/onnx__Clip.html). Bounds were attributes before 11.

import { maxDims, minDims } from "../graph/dim.ts";
import { defineOp, float, type Elements } from "./define.ts";
import { mapElements } from "./elements.ts";

export const clip = defineOp({
  type: "Clip",
  since: [1, 6, 11, 12, 13],
  attributes: { min: float(undefined), max: float(undefined) },
  shape: ([x]) => [x!.shape],
  fold: ([x, low, high], attributes, { node }) => {
    const min = node.inputs[1] ? low?.data[0] : (attributes.min ?? -Infinity);
    const max = node.inputs[2] ? high?.data[0] : (attributes.max ?? Infinity);
    if (!x || min === undefined || max === undefined || min === null || max === null) return undefined;
    return [clipped(x, min, max)];
  },
  quantization: { kind: "activation", inputs: [0] },
});

function clipped(x: Elements, min: number | string, max: number | string): Elements {
  return mapElements(x, x.dtype, (element) => {
    if (element === null) return null;
    const raised = min === -Infinity ? element : maxDims(element, min);
    return max === Infinity ? raised : minDims(raised, max);
  });
}
