// Views of a storage: element (i, j, …) of a tensor lies at offset + i * stride[0] + j * stride[1] + … of it
// (https://docs.pytorch.org/docs/stable/tensor_view.html). All counts are in elements.

import { elementCount } from "@tersor/core";

/** Where the elements of a tensor lie in its storage. */
export interface View {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Number of elements that a storage needs to have for the view; 0 for a view of nothing. */
export function reachOf({ shape, stride, offset }: View): number {
  if (elementCount(shape) === 0) return 0;
  return 1 + shape.reduce((last, size, axis) => last + (size - 1) * stride[axis]!, offset);
}

/** Whether the elements lie one after the other, in order. */
export function isContiguous({ shape, stride }: View): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** The elements of a view in row-major order. */
export function gather(storage: Uint8Array, elementBytes: number, view: View): Uint8Array {
  const out = new Uint8Array(elementCount(view.shape) * elementBytes);
  eachElement(view, (from, to) => move(storage, from, out, to, elementBytes));
  return out;
}

/** Puts elements in row-major order where the view has them. */
export function scatter(elements: Uint8Array, storage: Uint8Array, elementBytes: number, view: View): void {
  eachElement(view, (to, from) => move(elements, from, storage, to, elementBytes));
}

function move(source: Uint8Array, from: number, target: Uint8Array, to: number, size: number): void {
  for (let i = 0; i < size; i++) target[to * size + i] = source[from * size + i]!;
}

/** Calls `work` with the place in the storage and the row-major index of every element. */
function eachElement({ shape, stride, offset }: View, work: (inStorage: number, inTensor: number) => void): void {
  const count = elementCount(shape);
  const inner = shape.at(-1) ?? 1;
  const step = stride.at(-1) ?? 0;
  const index = new Array<number>(Math.max(0, shape.length - 1)).fill(0);
  let row = offset;
  for (let at = 0; at < count; at += inner) {
    for (let i = 0; i < inner; i++) work(row + i * step, at + i);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      row += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      row -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
