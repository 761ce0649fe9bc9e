// Weight quantization of TensorFlow.js: storage only, values are put back when a model is loaded.
// Affine: value = code * scale + min, codes uint8 or uint16, one scale for a weight. Or float16.
// https://github.com/tensorflow/tfjs/blob/master/tfjs-converter/python/tensorflowjs/quantization.py

import {
  bytesOf,
  derivedSource,
  float32Of,
  numbersOf,
  roundHalfEven,
  tensorFromNumbers,
  type DataType,
  type Tensor,
  type TensorSource,
} from "@tersor/core";

/** How a weight is stored. */
export type StoredAs =
  | { readonly kind: "plain"; readonly dtype: DataType }
  | { readonly kind: "float16"; readonly dtype: "float16" }
  | { readonly kind: "affine"; readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number };

/** The types that weights can be stored in besides their own. */
export type WeightType = "uint8" | "uint16" | "float16";

/** The values that stored codes stand for, as elements of `dtype`. */
export function dequantized(codes: TensorSource, dtype: DataType, stored: StoredAs): TensorSource {
  return derivedSource([codes], dtype, codes.shape, () => {
    const values = valuesOf(codes.tensor(), stored);
    const whole = dtype === "int32" ? values.map((value) => Math.round(value)) : values;
    return bytesOf(tensorFromNumbers(dtype, codes.shape, whole));
  });
}

function valuesOf(codes: Tensor, stored: StoredAs): Float32Array {
  if (stored.kind !== "affine") return float32Of(codes);
  const { scale, min } = stored;
  return Float32Array.from(numbersOf(codes), (code) => code * scale + min);
}

/** A weight in another type, and how to put it back. */
export interface QuantizedWeight {
  readonly codes: Tensor;
  readonly stored: StoredAs;
}

const LARGEST_FLOAT16 = 65504;

/**
 * Stores a weight of numbers in fewer bits; undefined where that would lose what it holds (infinities and the like).
 * A range that spans zero is moved so that zero has a code of its own: padding and pruned weights stay exactly zero.
 */
export function quantizedWeight(weight: Tensor, type: WeightType): QuantizedWeight | undefined {
  const values = numbersOf(weight);
  const [least, most] = rangeOf(values);
  const largest = Math.max(-least, most);
  if (!(largest <= (type === "float16" ? LARGEST_FLOAT16 : MOST))) return undefined;
  if (type === "float16")
    return { codes: tensorFromNumbers("float16", weight.shape, values), stored: { kind: "float16", dtype: "float16" } };
  const { scale, min } = affine(least, most, type === "uint8" ? 255 : 65535);
  const codes = Float64Array.from(values, (value) => roundHalfEven((value - min) / scale));
  return { codes: tensorFromNumbers(type, weight.shape, codes), stored: { kind: "affine", dtype: type, scale, min } };
}

/** Beyond this the span of a range is no float32 any more. */
const MOST = 1e38;

/** Least and greatest value; NaN when one is, or when there is none. */
function rangeOf(values: ArrayLike<number>): readonly [least: number, most: number] {
  let least = values[0] ?? NaN;
  let most = least;
  for (let i = 1; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    most = Math.max(most, values[i]!);
  }
  return [least, most];
}

function affine(least: number, most: number, codes: number): { readonly scale: number; readonly min: number } {
  const scale = (most - least) / codes;
  if (!(scale > 0)) return { scale: 1, min: least };
  return { scale, min: least > 0 || most < 0 ? least : roundHalfEven(least / scale) * scale };
}

/** Weights that may be quantized without breaking what is computed from them: numbers with a fraction. */
export function isQuantizable({ dtype }: { readonly dtype: DataType }): boolean {
  return dtype === "float32";
}
