// ScatterElements, ScatterND and the older Scatter: a copy of the data with elements replaced
// (https://onnx.ai/onnx/operators/onnx__ScatterElements.html). `reduction` came with 16.

import { defineOp, int, string, type Elements } from "./define.ts";
import { flatIndex, indices as indicesOf, type Element } from "./elements.ts";
import { axisOf } from "./known.ts";

const mixes = {
  kind: "float",
  why: "data and updates need one scale, and runtimes have no INT8 kernel for it",
} as const;

export const scatterElements = defineOp({
  type: "ScatterElements",
  since: [11, 13, 16, 18],
  attributes: { axis: int(0), reduction: string("none") },
  shape: ([data]) => [data!.shape],
  fold: ([data, indices, updates], { axis, reduction }) => {
    if (!data || !indices || !updates || reduction !== "none") return undefined;
    const along = axisOf(axis, data.shape.length);
    return along === undefined || indices.shape.length !== data.shape.length
      ? undefined
      : replaced(
          data,
          updates,
          indicesOf(indices.shape).map((index, i) => {
            const at = indices.data[i];
            return typeof at === "number" ? index.with(along, at < 0 ? at + data.shape[along]! : at) : undefined;
          }),
        );
  },
  quantization: mixes,
});

export const scatter = defineOp({
  type: "Scatter",
  since: [9, 11],
  attributes: { axis: int(0) },
  shape: ([data]) => [data!.shape],
  quantization: mixes,
});

export const scatterND = defineOp({
  type: "ScatterND",
  since: [11, 13, 16, 18],
  attributes: { reduction: string("none") },
  shape: ([data]) => [data!.shape],
  fold: ([data, indices, updates], { reduction }) => {
    const tuple = indices?.shape.at(-1);
    // Whole elements only: slices need no folding in shape arithmetic.
    if (!data || !indices || !updates || reduction !== "none" || tuple !== data.shape.length) return undefined;
    const places = updates.shape.length === indices.shape.length - 1 ? tuplesOf(indices, data.shape) : undefined;
    return places && replaced(data, updates, places);
  },
  quantization: mixes,
});

function tuplesOf(indices: Elements, shape: readonly number[]): readonly (readonly number[] | undefined)[] {
  const rank = shape.length;
  return Array.from({ length: rank === 0 ? 0 : indices.data.length / rank }, (_, i) => {
    const tuple = shape.map((dim, axis) => countedFrom(indices.data[i * rank + axis], dim));
    return tuple.every((at) => at !== undefined) ? tuple : undefined;
  });
}

function countedFrom(at: Element | undefined, dim: number): number | undefined {
  if (typeof at !== "number") return undefined;
  return at < 0 ? at + dim : at;
}

/** The data with update i at place i; undefined when a place is not known or outside. */
function replaced(
  data: Elements,
  updates: Elements,
  places: readonly (readonly number[] | undefined)[],
): readonly Elements[] | undefined {
  const out = Array.from(data.data);
  for (const [i, place] of places.entries()) {
    const inside = place?.every((at, axis) => at >= 0 && at < data.shape[axis]!);
    if (!place || !inside) return undefined;
    out[flatIndex(place, data.shape)] = updates.data[i] ?? null;
  }
  return [{ ...data, data: out }];
}
