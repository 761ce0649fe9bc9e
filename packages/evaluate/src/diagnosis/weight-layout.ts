// What readers of stored weights share: their result, and how numbers get into the layout of the source.

import type { DataType, Node, Shape, TensorSource } from "@tersor/core";

/** An integer weight. */
export interface StoredWeight {
  readonly dtype: DataType;
  /** Number of scales. */
  readonly scales: number;
  /** Its numbers in the layout of the source's weight. */
  readonly values: Float32Array;
  /** What the codes of its widest channel can express. */
  readonly range: { readonly min: number; readonly max: number };
}

/** A constant by name. */
export type Lookup = (name: string | undefined) => TensorSource | undefined;

/** Matrices may stand transposed in an integer model. */
export function inLayout(values: Float32Array, from: Shape, to: Shape): Float32Array | undefined {
  if (sameShape(from, to)) return values;
  if (from.length !== 2 || from[0] !== to[1] || from[1] !== to[0]) return undefined;
  const [rows, columns] = from as [number, number];
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  return out;
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** The value of an integer attribute, or what stands for one that is not there. */
export function intOf(attribute: Node["attributes"][string] | undefined, otherwise: number): number {
  return attribute?.kind === "int" ? attribute.value : otherwise;
}
