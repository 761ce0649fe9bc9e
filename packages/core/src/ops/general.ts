// The list of elementwise operators, constants, shapes, movement of elements, matrix products and quantization of ONNX.

import { cast, castLike } from "./cast.ts";
import { clip } from "./clip.ts";
import { compress } from "./compress.ts";
import { concat } from "./concat.ts";
import { constantOfShape } from "./constant-of-shape.ts";
import { constant } from "./constant.ts";
import { cumSum } from "./cum-sum.ts";
import type { OpDefinition } from "./define.ts";
import { depthToSpace, spaceToDepth } from "./depth-to-space.ts";
import { dropout } from "./dropout.ts";
import { einsum } from "./einsum.ts";
import { elementwiseBinary } from "./elementwise-binary.ts";
import { elementwiseUnary } from "./elementwise-unary.ts";
import { expand } from "./expand.ts";
import { eyeLike } from "./eye-like.ts";
import { flatten } from "./flatten.ts";
import { gatherElements } from "./gather-elements.ts";
import { gatherND } from "./gather-nd.ts";
import { gather } from "./gather.ts";
import { gemm } from "./gemm.ts";
import { identity } from "./identity.ts";
import { matMulInteger, qLinearMatMul } from "./matmul-integer.ts";
import { matMul } from "./matmul.ts";
import { nonZero } from "./non-zero.ts";
import { oneHot } from "./one-hot.ts";
import { pad } from "./pad.ts";
import { dequantizeLinear, dynamicQuantizeLinear, quantizeLinear } from "./quantize-linear.ts";
import { randomOps } from "./random.ts";
import { range } from "./range.ts";
import { reshape } from "./reshape.ts";
import { reverseSequence } from "./reverse-sequence.ts";
import { scatter, scatterElements, scatterND } from "./scatter.ts";
import { shape, size } from "./shape.ts";
import { slice } from "./slice.ts";
import { split } from "./split.ts";
import { squeeze, unsqueeze } from "./squeeze.ts";
import { tile } from "./tile.ts";
import { topK } from "./top-k.ts";
import { transpose } from "./transpose.ts";
import { trilu } from "./trilu.ts";
import { unique } from "./unique.ts";
import { variadicOps } from "./variadic.ts";
import { where } from "./where.ts";

export const generalOps: readonly OpDefinition[] = [
  ...[...elementwiseUnary, ...elementwiseBinary, ...variadicOps],
  ...[clip, where, cast, castLike, cumSum, trilu, dropout, identity],
  ...[constant, constantOfShape, range, eyeLike, oneHot, ...randomOps],
  ...[shape, size, reshape, flatten, squeeze, unsqueeze, expand],
  ...[transpose, tile, pad, concat, split, slice, depthToSpace, spaceToDepth, reverseSequence],
  ...[gather, gatherElements, gatherND, scatter, scatterElements, scatterND],
  ...[compress, nonZero, topK, unique],
  ...[matMul, gemm, einsum, matMulInteger, qLinearMatMul],
  ...[quantizeLinear, dequantizeLinear, dynamicQuantizeLinear],
];
