// Weights to integers: symmetric int8 per channel by default, scale = max|w| / 127 (METHODS: affine quantization).
// uint8 is the same grid shifted by 128, for kernels that want unsigned weights.

import {
  elementCount,
  float32Of,
  roundHalfEven,
  tensorOf,
  type ChannelView,
  type Kernels,
  type Tensor,
  type TensorSource,
  type Weight,
  type WeightSpec,
} from "@tersor/core";
import { usableScale } from "./affine.ts";

/** A weight as integers, with the shape of its source, and a scale and zero point per channel. */
export interface QuantizedWeight {
  readonly tensor: Tensor;
  readonly scale: Float32Array;
  readonly zeroPoint: Int32Array;
  /** Shape of scale and zero point: the sizes of the channel axes, [] per tensor. */
  readonly channels: readonly number[];
}

/** Axes whose index pairs have a scale each: neighbours, ascending. None: one scale for the whole tensor. */
export type ChannelAxes = readonly number[];

/**
 * Quantizes a float weight; reads the source once and lets it go.
 * `leastScale` bounds the scale of each channel from below: a bias in units of it must fit 32 bits.
 */
export function quantizeWeight(
  source: TensorSource,
  spec: WeightSpec,
  axes: ChannelAxes,
  kernels: Kernels,
  leastScale?: ArrayLike<number>,
): QuantizedWeight {
  const data = float32Of(source.tensor());
  const { min, max } = kernels.minMax(data, viewAround(source.shape, axes));
  const bounds = codeBounds(spec, min.length);
  const scale = min.map((low, c) => Math.max(usableScale(Math.max(-low, max[c]!) / bounds[c]!), leastScale?.[c] ?? 0));
  const encoded = encode(data, source.shape, scale, spec, axes, kernels);
  return spec.keepSpread === true ? spreadKept(data, encoded, viewAround(source.shape, axes)) : encoded;
}

/**
 * Weight correction (Banner et al. 2019, arXiv 1810.05723, section 4.2): the scale of each channel takes the factor
 * |W - mean(W)| / |W^ - mean(W^)|. What the shift of the mean does to the output is part of what bias correction takes off.
 */
function spreadKept(data: Float32Array, encoded: QuantizedWeight, view: ChannelView): QuantizedWeight {
  const { tensor, scale } = encoded;
  const exact = spreads(data, view);
  // In codes; the zero point shifts the mean alone.
  const rounded = spreads(tensor.data as Int8Array, view);
  return {
    ...encoded,
    scale: scale.map((step, c) => (rounded[c]! > 0 && exact[c]! > 0 ? usableScale(exact[c]! / rounded[c]!) : step)),
  };
}

/** Square root of the squared distances from the mean, for each channel. */
function spreads(data: ArrayLike<number>, { outer, channels, inner }: ChannelView): Float64Array {
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let o = 0, i = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      for (const end = i + inner; i < end; i++) {
        sums[c]! += data[i]!;
        squares[c]! += data[i]! * data[i]!;
      }
    }
  }
  return squares.map((square, c) => Math.sqrt(Math.max(0, square - sums[c]! ** 2 / (outer * inner))));
}

/** Quantizes with given scales. */
export function encode(
  data: Float32Array,
  shape: readonly number[],
  scale: Float32Array,
  spec: WeightSpec,
  axes: ChannelAxes,
  kernels: Kernels,
): QuantizedWeight {
  const bound = largestCode(spec);
  const zero = spec.dtype === "uint8" ? 128 : 0;
  const zeroPoint = new Int32Array(scale.length).fill(zero);
  const out = spec.dtype === "uint8" ? new Uint8Array(data.length) : new Int8Array(data.length);
  kernels.quantize(data, viewAround(shape, axes), scale, zeroPoint, zero - bound, zero + bound, out);
  return { tensor: tensorOf(spec.dtype, shape, out), scale, zeroPoint, channels: axes.map((axis) => shape[axis]!) };
}

/** Largest code of each channel. */
function codeBounds(spec: WeightSpec, channels: number): Uint8Array {
  const bounds = new Uint8Array(channels).fill(largestCode(spec));
  for (const [c, bound] of Object.entries(spec.channelBounds ?? {})) bounds[Number(c)] = bound;
  return bounds;
}

function largestCode({ bits }: WeightSpec): number {
  return 2 ** (bits - 1) - 1;
}

function viewAround(shape: readonly number[], axes: ChannelAxes): ChannelView {
  if (axes.length === 0) return { outer: 1, channels: 1, inner: elementCount(shape) };
  const first = axes[0]!;
  const last = axes.at(-1)!;
  return {
    outer: elementCount(shape.slice(0, first)),
    channels: elementCount(shape.slice(first, last + 1)),
    inner: elementCount(shape.slice(last + 1)),
  };
}

/** A matrix [rows, columns] (or a stack of them) with its last two axes swapped, for integer tensors. */
export function transposeLastTwo(tensor: Tensor): Tensor {
  const shape = tensor.shape;
  const rows = shape.at(-2)!;
  const columns = shape.at(-1)!;
  const from = tensor.data as Int8Array | Uint8Array;
  const to = from.slice();
  for (let start = 0; start < from.length; start += rows * columns) {
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) to[start + c * rows + r] = from[start + r * columns + c]!;
  }
  return tensorOf(tensor.dtype, [...shape.slice(0, -2), columns, rows], to);
}

/** A bias as int32, in units of scale = s_x * s_w[c], zero point 0; undefined when a value does not fit. */
export function quantizeBias(
  bias: Float32Array,
  activationScale: number,
  weightScales: Float32Array,
): { readonly data: Int32Array; readonly scale: Float32Array } | undefined {
  const scale = Float32Array.from(bias, (_, c) => activationScale * weightScales[weightScales.length === 1 ? 0 : c]!);
  const exact = Float64Array.from(bias, (value, c) => roundHalfEven(value / scale[c]!));
  return exact.every((value) => Math.abs(value) < 2 ** 31) ? { data: Int32Array.from(exact), scale } : undefined;
}

/** Smallest weight scales with which `bias` fits 32 bits. */
export function scalesThatFit(bias: Float32Array, activationScale: number): Float32Array {
  return bias.map((value) => (Math.abs(value) / activationScale) * 2 ** -30);
}

/** Where a matrix comes from: its source, and whether it stands transposed there. Undefined where more was done to it. */
export function sourceMatrix({
  source,
  origin,
}: Weight): { readonly source: string; readonly turned: boolean } | undefined {
  if (source.shape.length !== 2 || origin.kind !== "chain") return undefined;
  const turned = origin.steps.length === 1 && origin.steps[0]!.kind === "transpose";
  return origin.steps.length === 0 || turned ? { source: origin.source, turned } : undefined;
}
