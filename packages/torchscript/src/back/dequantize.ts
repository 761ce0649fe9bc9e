// Integers back to floats, with scale and zero point in the shape of the weight:
//   x = (q - zero point) * scale
// https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html

import { elementCount, float32, float32Of, numbersOf, type Tensor } from "@tersor/core";
import type { StoredIntegers } from "./stored-integers.ts";

/** The floats that integers stand for, and their parameters in shapes that broadcast to the weight. */
export interface Dequantized {
  readonly floats: Tensor;
  /** One size for every axis: that of the weight, 1 where all share, or the number of blocks. */
  readonly scale: Tensor;
  readonly zeroPoint: Tensor;
}

/** Dequantizes a weight; undefined where the shapes of its parameters do not fit it. */
export function dequantized(integers: Tensor, stored: StoredIntegers): Dequantized | undefined {
  const shape = parameterShape(integers.shape, stored);
  if (!shape) return undefined;
  const scales = float32Of(stored.scale.tensor());
  const zeros = stored.zeroPoint ? numbersOf(stored.zeroPoint.tensor()) : [0];
  const codes = numbersOf(integers);
  const values = new Float32Array(codes.length);
  const placeOf = places(integers.shape, shape, stored.blockSize);
  for (let i = 0; i < values.length; i++) {
    const at = placeOf(i);
    values[i] = Math.fround(codes[i]! - zeros[zeros.length === 1 ? 0 : at]!) * scales[at]!;
  }
  const zeroPoint = Int32Array.from(scales, (_, at) => zeros[zeros.length === 1 ? 0 : at]!);
  return {
    floats: float32(integers.shape, values),
    ...evenParameters(integers.shape, shape, scales, zeroPoint, placeOf),
  };
}

/**
 * Scales and zero points as tensors. Where blocks do not divide an axis evenly every element gets its own, so that one
 * rule reads them all: on each axis a scale is for equally many neighbours.
 */
export function evenParameters(
  shape: readonly number[],
  parameters: readonly number[],
  scales: Float32Array,
  zeros: Int32Array,
  placeOf: (index: number) => number,
): Pick<Dequantized, "scale" | "zeroPoint"> {
  if (shape.every((dim, axis) => dim % parameters[axis]! === 0))
    return { scale: float32(parameters, scales), zeroPoint: { dtype: "int32", shape: parameters, data: zeros } };
  const count = elementCount(shape);
  const each = Array.from({ length: count }, (_, index) => placeOf(index));
  const data = Int32Array.from(each, (at) => zeros[at]!);
  return {
    scale: float32(
      shape,
      each.map((at) => scales[at]!),
    ),
    zeroPoint: { dtype: "int32", shape, data },
  };
}

/** The shape of the scales with an axis for each of the weight's. */
function parameterShape(shape: readonly number[], stored: StoredIntegers): readonly number[] | undefined {
  const { scale, blockSize } = stored;
  const axis = stored.axis < 0 ? stored.axis + shape.length : stored.axis;
  const count = scale.shape.reduce((product, dim) => product * dim, 1);
  if (count === 1) return shape.map(() => 1);
  if (blockSize > 0) return scale.shape.length === shape.length ? scale.shape : undefined;
  return count === shape[axis] ? shape.map((dim, i) => (i === axis ? dim : 1)) : undefined;
}

/** Row-major index in the weight → index among its parameters, each of which stands for a block of neighbours. */
function places(shape: readonly number[], parameters: readonly number[], blockSize: number): (index: number) => number {
  return (index) => {
    let place = 0;
    let stride = 1;
    let rest = index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const at = rest % shape[axis]!;
      rest = (rest - at) / shape[axis]!;
      const isBlocked = blockSize > 0 && parameters[axis] !== shape[axis] && parameters[axis] !== 1;
      const block = isBlocked ? blockSize : Math.ceil(shape[axis]! / parameters[axis]!);
      place += Math.floor(at / block) * stride;
      stride *= parameters[axis]!;
    }
    return place;
  };
}
