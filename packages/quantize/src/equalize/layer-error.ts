// What quantizing one layer costs when the channels of its input are divided by s and its weights multiplied:
// sum over sampled rows of |QDQ(x / s) QDQ(s W) - x W|^2 (SmoothQuant with automatic alpha).

import {
  createObserver,
  float32,
  integerRange,
  roundHalfEven,
  type Calibrator,
  type ObserverRequest,
  type QuantizedType,
} from "@tersor/core";
import { asymmetricParameters, bitWidthOf, symmetricParameters, usableScale } from "../affine.ts";
import type { Columns } from "./columns.ts";

/** How the activation and the weights of a layer will be quantized. */
export interface LayerScheme {
  readonly dtype: QuantizedType;
  readonly symmetric: boolean;
  readonly calibrator: Calibrator;
  /** Codes of the weights, and whether each output channel has a scale of its own. */
  readonly weightBits: number;
  readonly perChannel: boolean;
}

/** Squared errors of the products, summed; `relative` weighs each output channel by its own power. */
export interface LayerError {
  readonly absolute: number;
  readonly relative: number;
}

/** One product of sampled rows and a weight, whose error is asked for with different factors. */
export class SampledLayer {
  readonly columns: Columns;
  readonly #scheme: LayerScheme;
  readonly #rows: readonly Float32Array[];
  readonly #exact: Float64Array;

  constructor(rows: readonly Float32Array[], columns: Columns, scheme: LayerScheme) {
    this.columns = columns;
    this.#scheme = scheme;
    this.#rows = rows;
    this.#exact = products(rows, columns, columns.weights);
  }

  error(factors: Float32Array): LayerError {
    const { columns } = this;
    const rows = roundedRows(this.#rows, factors, this.#scheme);
    const found = products(rows, columns, roundedWeights(columns, factors, this.#scheme));
    return errorOf(this.#exact, found, columns.output);
  }
}

/** One number for each row and column. */
function products(rows: readonly Float32Array[], { depth, first }: Columns, weights: Float32Array): Float64Array {
  const out = new Float64Array(rows.length * first.length);
  let at = 0;
  for (const row of rows) {
    for (let column = 0, w = 0; column < first.length; column++) {
      let sum = 0;
      for (let k = first[column]!, end = k + depth; k < end; k++, w++) sum += row[k]! * weights[w]!;
      out[at++] = sum;
    }
  }
  return out;
}

function errorOf(exact: Float64Array, found: Float64Array, output: Int32Array): LayerError {
  const columns = output.length;
  const power = new Float64Array(output.at(-1)! + 1);
  const noise = new Float64Array(power.length);
  for (let start = 0; start < exact.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      const value = exact[start + column]!;
      const difference = found[start + column]! - value;
      power[output[column]!]! += value * value;
      noise[output[column]!]! += difference * difference;
    }
  }
  const absolute = noise.reduce((a, b) => a + b, 0);
  return { absolute, relative: noise.reduce((sum, error, c) => (power[c]! > 0 ? sum + error / power[c]! : sum), 0) };
}

/** The rows divided, rounded to the codes of the range that the calibrator gives them, and as floats again. */
function roundedRows(
  rows: readonly Float32Array[],
  factors: Float32Array,
  scheme: LayerScheme,
): readonly Float32Array[] {
  const { dtype, symmetric, calibrator } = scheme;
  const divided = rows.map((row) => row.map((value, k) => value / factors[k]!));
  const observer = createObserver({ ...calibrator.observer, tensor: "" } as ObserverRequest);
  for (const row of divided) observer.update(float32([row.length], row));
  const range = calibrator.range(observer.summary(), { bitWidth: bitWidthOf(dtype), symmetric });
  const { scale, zeroPoint } = symmetric ? symmetricParameters(range, dtype) : asymmetricParameters(range, dtype);
  const [step, zero] = [scale[0]!, zeroPoint[0]!];
  const [low, high] = integerRange(dtype);
  const rounded = (value: number): number =>
    (Math.min(high, Math.max(low, roundHalfEven(value / step) + zero)) - zero) * step;
  return divided.map((row) => row.map(rounded));
}

/** The weights multiplied, rounded symmetrically, and as floats again. */
function roundedWeights(
  columns: Columns,
  factors: Float32Array,
  { weightBits, perChannel }: LayerScheme,
): Float32Array {
  const { depth, weights, first, output } = columns;
  const out = new Float32Array(weights.length);
  const largest = new Float64Array(perChannel ? output.at(-1)! + 1 : 1);
  for (let column = 0, i = 0; column < output.length; column++) {
    const group = perChannel ? output[column]! : 0;
    for (let k = first[column]!, end = k + depth; k < end; k++, i++) {
      const weight = weights[i]! * factors[k]!;
      out[i] = weight;
      if (Math.abs(weight) > largest[group]!) largest[group] = Math.abs(weight);
    }
  }
  const bound = 2 ** (weightBits - 1) - 1;
  const steps = largest.map((magnitude) => usableScale(magnitude / bound));
  for (let column = 0, i = 0; column < output.length; column++) {
    const step = steps[perChannel ? output[column]! : 0]!;
    for (const end = i + depth; i < end; i++) out[i] = roundHalfEven(out[i]! / step) * step;
  }
  return out;
}
