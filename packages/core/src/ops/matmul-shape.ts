// Shape of a matrix product with numpy's rules: https://numpy.org/doc/stable/reference/generated/numpy.matmul.html

import { broadcastDims, type Dim } from "../graph/dim.ts";

/** Batch axes broadcast; a vector on either side gains an axis of 1 for the product and loses it again. */
export function matMulShape(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const batch = broadcastDims(a.slice(0, -2), b.slice(0, -2));
  if (!batch) return undefined;
  const rows = a.length === 1 ? [] : [a.at(-2)!];
  const columns = b.length === 1 ? [] : [b.at(-1)!];
  return [...batch, ...rows, ...columns];
}
