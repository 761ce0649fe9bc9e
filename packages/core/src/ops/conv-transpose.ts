// ConvTranspose: the gradient of a convolution as a layer (https://onnx.ai/onnx/operators/onnx__ConvTranspose.html).
// Since 11 strides and dilations default to 1; 22 adds bfloat16. The weight is [C, M/group, kernel...].

import { mulDims, type Dim } from "../graph/dim.ts";
import { axisWindows, convAttributes, transposedDim, type WindowAttributes } from "./conv-shape.ts";
import { defineOp, ints } from "./define.ts";
import { countOf } from "./macs.ts";

interface TransposeAttributes extends WindowAttributes {
  readonly group: number;
  readonly output_padding: readonly number[] | undefined;
  readonly output_shape: readonly number[] | undefined;
}

export const convTranspose = defineOp({
  type: "ConvTranspose",
  since: [1, 11, 22],
  attributes: { ...convAttributes, output_padding: ints(), output_shape: ints() },
  shape: ([x, w], attributes) => (x && w ? [transposedShape(x.shape, w.shape, attributes)] : []),
  quantization: { kind: "weighted", activation: 0, weight: 1, bias: 2, channelAxis: () => 1 },
  cost: ([x, w]) => countOf(x?.shape) * countOf(w?.shape.slice(1)),
});

function transposedShape(
  x: readonly Dim[],
  weight: readonly Dim[],
  attributes: TransposeAttributes,
): readonly Dim[] | undefined {
  if (x.length < 3 || x.length !== weight.length) return undefined;
  const { group, output_padding, output_shape } = attributes;
  const windows = axisWindows(attributes, weight.slice(2));
  const spatial = windows.map(
    (window, axis) => output_shape?.[axis] ?? transposedDim(x[axis + 2]!, window, output_padding?.[axis] ?? 0),
  );
  return [x[0]!, mulDims(weight[1]!, group), ...spatial];
}
