// ImageDecoder: bytes of an image file to [height, width, channels] (https://onnx.ai/onnx/operators/onnx__ImageDecoder.html, since 20).

import { defineOp, string } from "./define.ts";

export const imageDecoder = defineOp({
  type: "ImageDecoder",
  since: [20],
  attributes: { pixel_format: string("RGB") },
  types: () => ["uint8"],
  shape: (_, { pixel_format }, context) => [
    [context.unknownDim(0, "height"), context.unknownDim(0, "width"), pixel_format === "Grayscale" ? 1 : 3],
  ],
  quantization: { kind: "float", why: "its input is a file" },
});
