// A uniform sample of rows in bounded memory: each row draws a random key and the rows with the smallest keys stay
// ("bottom-k" sampling). Unlike the classic reservoir it merges exactly: the smallest keys of both.

import { seededWords } from "../../random.ts";
import { elementCount, type Shape } from "../../tensor/tensor.ts";
import { observerRequest } from "../errors.ts";
import type { Observer, ObserverRequest, Summary } from "../observer.ts";
import { elementsOf } from "./elements.ts";

type Sample = Extract<Summary, { readonly kind: "sample" }>;

export function sampleObserver(request: Extract<ObserverRequest, { readonly observer: "sample" }>): Observer {
  const { rows: most, seed, axis } = request;
  if (!Number.isInteger(most) || most < 1)
    throw observerRequest({ ...request, expected: `rows must be a positive integer, not ${most}` });
  const random = randomOf(seed);
  const rows: Float32Array[] = [];
  const keys: number[] = [];
  let worst = 0;
  let count = 0;
  return {
    update: (tensor) => {
      const values = elementsOf(tensor);
      const { width, stride } = rowsAlong(tensor.shape, axis, values.length);
      const block = width * stride;
      for (let row = 0; row * width < values.length; row++) {
        const start = Math.floor(row / stride) * block + (row % stride);
        count++;
        const key = random();
        const full = rows.length === most;
        if (full && key >= keys[worst]!) continue;
        const place = full ? worst : rows.length;
        rows[place] =
          stride === 1
            ? Float32Array.from(values.subarray(start, start + width))
            : Float32Array.from({ length: width }, (_, i) => values[start + i * stride]!);
        keys[place] = key;
        if (rows.length === most) worst = indexOfLargest(keys);
      }
    },
    summary: () => smallest({ kind: "sample", rows, keys, most, count }),
  };
}

/** Rows along an axis: `width` elements that are `stride` apart. */
function rowsAlong(shape: Shape, axis: number | undefined, length: number): { width: number; stride: number } {
  if (shape.length < 2) return { width: length, stride: 1 };
  const along = axis === undefined || axis >= shape.length ? shape.length - 1 : axis;
  return { width: shape[along]!, stride: elementCount(shape.slice(along + 1)) };
}

function indexOfLargest(keys: readonly number[]): number {
  let largest = 0;
  for (let i = 1; i < keys.length; i++) if (keys[i]! > keys[largest]!) largest = i;
  return largest;
}

/** The rows with the smallest keys, in the order of the keys. */
function smallest(sample: Sample): Sample {
  const { keys, rows, most } = sample;
  const order = keys
    .map((_, i) => i)
    .sort((a, b) => keys[a]! - keys[b]!)
    .slice(0, most);
  return { ...sample, rows: order.map((i) => rows[i]!), keys: order.map((i) => keys[i]!) };
}

/** Merges two samples. Observers whose samples are merged should have different seeds. */
export function mergeSamples(a: Sample, b: Sample): Sample {
  return smallest({
    kind: "sample",
    rows: [...a.rows, ...b.rows],
    keys: [...a.keys, ...b.keys],
    most: Math.min(a.most, b.most),
    count: a.count + b.count,
  });
}

/** Random numbers in [0, 1) from a seed: 53 bits out of two words. */
function randomOf(seed: number): () => number {
  const word = seededWords(seed);
  return () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
}
