// DepthToSpace, SpaceToDepth: blocks of pixels to channels and back
// (https://onnx.ai/onnx/operators/onnx__DepthToSpace.html).

import { floorDivDims, mulDims } from "../graph/dim.ts";
import { defineOp, int, string } from "./define.ts";

const moves = { kind: "transparent", data: 0 } as const;

export const depthToSpace = defineOp({
  type: "DepthToSpace",
  since: [1, 11, 13],
  attributes: { blocksize: int(1), mode: string("DCR") },
  shape: ([x], { blocksize }) => {
    const [batch, channels, ...space] = x!.shape;
    if (space.length !== 2 || blocksize < 1) return [undefined];
    return [[batch!, floorDivDims(channels!, blocksize ** 2), ...space.map((dim) => mulDims(dim, blocksize))]];
  },
  quantization: moves,
});

export const spaceToDepth = defineOp({
  type: "SpaceToDepth",
  since: [1, 13],
  attributes: { blocksize: int(1), mode: string("DCR") },
  shape: ([x], { blocksize }) => {
    const [batch, channels, ...space] = x!.shape;
    if (space.length !== 2 || blocksize < 1) return [undefined];
    return [[batch!, mulDims(channels!, blocksize ** 2), ...space.map((dim) => floorDivDims(dim, blocksize))]];
  },
  quantization: moves,
});
