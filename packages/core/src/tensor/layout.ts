// Moving elements without computing any: transpose, slice, concat, for every element type of whole bytes.
// Sources are derived lazily: the result is made when it is read, and kept only as long as memory allows.

import { byteLengthOf, dataTypes, type DataType } from "./dtype.ts";
import { lazySource, sourceOf, type TensorSource } from "./source.ts";
import { bytesOf, elementCount, tensorFromBytes, type Shape, type Tensor } from "./tensor.ts";

/** Whether the elements are addressable bytes: not strings, not packed below a byte. */
export function isByteSized(dtype: DataType): boolean {
  return dataTypes[dtype].bits >= 8;
}

/** How many sources a source is derived from, one through the other. */
const depths = new WeakMap<TensorSource, number>();
/** Longer chains are computed at once: reading through them would go as deep as the call stack. */
const MAX_CHAIN = 32;

function chained(source: TensorSource, from: readonly TensorSource[]): TensorSource {
  const depth = 1 + Math.max(0, ...from.map((one) => depths.get(one) ?? 0));
  if (depth > MAX_CHAIN) return sourceOf(source.tensor());
  depths.set(source, depth);
  return source;
}

/** A source computed from others when it is read; its bytes are held weakly, so that reading in parts computes once. */
export function derivedSource(
  from: readonly TensorSource[],
  dtype: DataType,
  shape: Shape,
  compute: () => Uint8Array,
): TensorSource {
  let last: WeakRef<Uint8Array> | undefined;
  const read = (offset: number, length: number): Uint8Array => {
    let bytes = last?.deref();
    if (!bytes) last = new WeakRef((bytes = compute()));
    return bytes.subarray(offset, offset + length);
  };
  return chained(lazySource(dtype, shape, read), from);
}

/** The same elements under another shape of equal size. */
export function reshapedSource(source: TensorSource, shape: Shape): TensorSource {
  const { dtype, sizeBytes } = source;
  const tensor = (): Tensor => ({ ...source.tensor(), shape });
  return chained({ dtype, shape, sizeBytes, bytes: (offset, length) => source.bytes(offset, length), tensor }, [
    source,
  ]);
}

/** The axes in another order: axis `i` of the result is axis `permutation[i]` of the source. */
export function transposedSource(source: TensorSource, permutation: readonly number[]): TensorSource {
  const shape = permutation.map((axis) => source.shape[axis]!);
  return derivedSource([source], source.dtype, shape, () =>
    pick(source.bytes(), bytesPer(source.dtype), shape, permutationStrides(source.shape, permutation), 0),
  );
}

/** The transposed tensor; axis `i` of the result is axis `permutation[i]` of the given one. */
export function transposed(tensor: Tensor, permutation: readonly number[]): Tensor {
  const shape = permutation.map((axis) => tensor.shape[axis]!);
  const strides = permutationStrides(tensor.shape, permutation);
  return tensorFromBytes(tensor.dtype, shape, pick(bytesOf(tensor), bytesPer(tensor.dtype), shape, strides, 0));
}

/** Where to start on an axis, how many elements to take, and how far to step (also backwards). */
export interface AxisSlice {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** A part of the source, one slice per axis. */
export function slicedSource(source: TensorSource, slices: readonly AxisSlice[]): TensorSource {
  const strides = stridesOf(source.shape);
  const shape = slices.map(({ count }) => count);
  const start = slices.reduce((sum, slice, axis) => sum + slice.start * strides[axis]!, 0);
  const steps = slices.map(({ step }, axis) => step * strides[axis]!);
  return derivedSource([source], source.dtype, shape, () =>
    pick(source.bytes(), bytesPer(source.dtype), shape, steps, start),
  );
}

/** Sources of one type, one after the other along `axis`. */
export function concatenatedSource(sources: readonly [TensorSource, ...TensorSource[]], axis: number): TensorSource {
  const [{ dtype, shape: first }] = sources;
  const shape = first.with(
    axis,
    sources.reduce((sum, source) => sum + source.shape[axis]!, 0),
  );
  return derivedSource(sources, dtype, shape, () => {
    const out = new Uint8Array(byteLengthOf(dtype, elementCount(shape)));
    const rows = elementCount(first.slice(0, axis));
    const parts = sources.map((source) => ({ bytes: source.bytes(), row: source.sizeBytes / Math.max(1, rows) }));
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (const { bytes, row: size } of parts) {
        out.set(bytes.subarray(row * size, (row + 1) * size), at);
        at += size;
      }
    }
    return out;
  });
}

/** Distance between neighbours on each axis, in elements, row-major. */
export function stridesOf(shape: Shape): readonly number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

function permutationStrides(shape: Shape, permutation: readonly number[]): readonly number[] {
  const strides = stridesOf(shape);
  return permutation.map((axis) => strides[axis]!);
}

function bytesPer(dtype: DataType): number {
  return dataTypes[dtype].bits / 8;
}

/** Collects elements of `size` bytes, walking `shape` with the given strides (in elements) from `start`. */
function pick(bytes: Uint8Array, size: number, shape: Shape, strides: readonly number[], start: number): Uint8Array {
  const count = elementCount(shape);
  const words = size % 4 === 0 ? 4 : size === 2 ? 2 : 1;
  const from = wordsOf(bytes, words);
  const perElement = size / words;
  const out = wordsOf(new Uint8Array(count * size), words);
  const inner = shape.length === 0 ? 1 : shape.at(-1)!;
  const innerStride = strides.at(-1) ?? 0;
  const index = new Array<number>(Math.max(0, shape.length - 1)).fill(0);
  let row = start;
  for (let at = 0; at < count; at += inner) {
    for (let i = 0; i < inner; i++) {
      for (let k = 0; k < perElement; k++)
        out[(at + i) * perElement + k] = from[(row + i * innerStride) * perElement + k]!;
    }
    row = advance(index, shape, strides, row);
  }
  return new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
}

/** Counts the outer index up by one and gives the offset of the next row. */
function advance(index: number[], shape: Shape, strides: readonly number[], row: number): number {
  for (let axis = index.length - 1; axis >= 0; axis--) {
    row += strides[axis]!;
    if (++index[axis]! < shape[axis]!) return row;
    row -= strides[axis]! * shape[axis]!;
    index[axis] = 0;
  }
  return row;
}

/** The bytes as words of 1, 2 or 4 bytes; copied when they do not lie on a word. */
function wordsOf(bytes: Uint8Array, size: 1 | 2 | 4): Uint8Array | Uint16Array | Uint32Array {
  if (size === 1) return bytes;
  // A Buffer of Node slices without copying, so the copy is made explicitly.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const array = size === 2 ? Uint16Array : Uint32Array;
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
}
