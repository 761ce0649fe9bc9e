// Regions of interest: RoiAlign (https://onnx.ai/onnx/operators/onnx__RoiAlign.html, since 10; 16 changes the default of
// coordinate_transformation_mode; 22 adds bfloat16) and MaxRoiPool (since 1; 22 adds bfloat16).

import { defineOp, float, int, ints, string } from "./define.ts";

const noKernel = "runtimes have no INT8 kernel for it";

/** Inputs: X, rois [count, 4], batch_indices [count]. */
export const roiAlign = defineOp({
  type: "RoiAlign",
  since: [10, 16, 22],
  attributes: {
    coordinate_transformation_mode: string(undefined),
    mode: string("avg"),
    output_height: int(1),
    output_width: int(1),
    sampling_ratio: int(0),
    spatial_scale: float(1),
  },
  shape: ([x, rois], { output_height, output_width }) =>
    x?.shape.length === 4 && rois?.shape.length ? [[rois.shape[0]!, x.shape[1]!, output_height, output_width]] : [],
  quantization: { kind: "float", why: noKernel },
});

/** Inputs: X, rois [count, 5]. */
export const maxRoiPool = defineOp({
  type: "MaxRoiPool",
  since: [1, 22],
  attributes: { pooled_shape: ints(), spatial_scale: float(1) },
  shape: ([x, rois], { pooled_shape }) =>
    x?.shape.length === 4 && rois?.shape.length && pooled_shape?.length === 2
      ? [[rois.shape[0]!, x.shape[1]!, ...pooled_shape]]
      : [],
  quantization: { kind: "float", why: noKernel },
});
