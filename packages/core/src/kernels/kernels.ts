// The arithmetic of compression. The TypeScript table is the truth; a native table is a faster one with the same
// signatures. Arrays are row-major and seen as [outer, channels, inner] around the channel axis.

/** How an array is seen around its channel axis; per tensor is { outer: 1, channels: 1, inner: length }. */
export interface ChannelView {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/** A row-major block of a matrix of doubles: element (r, c) is data[start + r * stride + c]. */
export interface MatrixBlock {
  readonly data: Float64Array;
  readonly start: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
}

/** Numeric kernels; lengths are in elements. */
export interface Kernels {
  readonly name: string;
  /** Minimum and maximum per channel; channels without a finite element give 0, 0. */
  minMax(data: Float32Array, view: ChannelView): { readonly min: Float32Array; readonly max: Float32Array };
  /**
   * q = clip(roundHalfEven(x / scale[c]) + zeroPoint[c], low, high) into `out` (ONNX QuantizeLinear).
   * The quotient is rounded to float32 first, as runtimes do.
   */
  quantize(
    data: Float32Array,
    view: ChannelView,
    scale: Float32Array,
    zeroPoint: Int32Array,
    low: number,
    high: number,
    out: Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array,
  ): void;
  /** x = (q - zeroPoint[c]) * scale[c] (ONNX DequantizeLinear). */
  dequantize(
    data: ArrayLike<number>,
    view: ChannelView,
    scale: Float32Array,
    zeroPoint: Int32Array,
    out: Float32Array,
  ): void;
  /** Sum over x of (dequantize(quantize(x)) - x)^2 per channel, symmetric with zero point 0. */
  quantizationError(
    data: Float32Array,
    view: ChannelView,
    scale: Float32Array,
    low: number,
    high: number,
  ): Float64Array;
  /**
   * C -= A * B; C is [m, n], A [m, k], B [k, n], and C overlaps neither. The update of GPTQ after each block of columns, and
   * the bulk of the factorisation before it.
   */
  subtractProduct(c: MatrixBlock, a: MatrixBlock, b: MatrixBlock): void;
}

/** View of an array of `shape` around `axis`; without an axis the whole tensor is one channel. */
export function channelView(shape: readonly number[], axis?: number): ChannelView {
  const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
  if (axis === undefined) return { outer: 1, channels: 1, inner: product(shape) };
  return { outer: product(shape.slice(0, axis)), channels: shape[axis]!, inner: product(shape.slice(axis + 1)) };
}
