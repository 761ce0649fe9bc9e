// Keys and values that a decoder hands from step to step, by the names that Optimum and transformers export:
// past_key_values.0.key and present.0.key, or past_key_values.0.decoder.key and .encoder.key beside an encoder.

import {
  dataTypes,
  elementCount,
  tensorOf,
  type Executable,
  type Feeds,
  type Tensor,
  type TypedArray,
} from "@tersor/core";

/** One tensor of the cache. */
export interface CacheSlot {
  /** What the names of the input and the output have in common: "0.key", "0.decoder.key". */
  readonly key: string;
  readonly past: string;
  /** The output; undefined where the model does not give it anew, as it does not change. */
  readonly present: string | undefined;
  /** Sizes of the input: undefined is the length, or the number of sequences in front. */
  readonly shape: readonly (number | undefined)[];
  readonly dtype: "float32" | "float16";
}

/** The cache of a model by its inputs; undefined when some input can't be one. */
export function cacheSlots({
  inputs,
  outputs,
}: Pick<Executable, "inputs" | "outputs">): readonly CacheSlot[] | undefined {
  const presents = presentOutputs(outputs);
  const slots: CacheSlot[] = [];
  for (const { name, type } of inputs) {
    if (!name.startsWith("past")) continue;
    if (type.kind !== "tensor" || type.shape === undefined) return undefined;
    const { dtype } = type;
    if (dtype !== "float32" && dtype !== "float16") return undefined;
    const shape = type.shape.map((dim) => (typeof dim === "number" ? dim : undefined));
    slots.push({ key: cacheKey(name), past: name, present: presents.get(cacheKey(name)), shape, dtype });
  }
  return slots;
}

/** Names of the outputs that become a cache, by what they have in common with its inputs. */
export function presentOutputs(outputs: Executable["outputs"]): ReadonlyMap<string, string> {
  return new Map(outputs.flatMap(({ name }) => (name.startsWith("present") ? [[cacheKey(name), name] as const] : [])));
}

function cacheKey(name: string): string {
  return name.replace(/^(past|present)(_key_values)?[._]?/, "");
}

/** A cache that has seen nothing. */
export function emptyCache({ shape, dtype }: CacheSlot, rows: number): Tensor {
  const sizes = shape.map((size, axis) => (axis === 0 ? rows : (size ?? 0)));
  const count = elementCount(sizes);
  return tensorOf(dtype, sizes, dtype === "float32" ? new Float32Array(count) : new Uint16Array(count));
}

/** Rows of each tensor, in the order of `rows`; one may come more than once. */
export function gatherRows(feeds: Feeds, rows: readonly number[]): Feeds {
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, gather(tensor, rows)]));
}

function gather(tensor: Tensor, rows: readonly number[]): Tensor {
  const { dtype, shape } = tensor;
  const { array } = dataTypes[dtype];
  const count = shape[0] ?? 1;
  if (array === null || (count === rows.length && rows.every((row, i) => row === i))) return tensor;
  const data = tensor.data as TypedArray;
  const size = data.length / count;
  const gathered = new array(size * rows.length) as Float32Array;
  for (const [i, row] of rows.entries())
    gathered.set((data as Float32Array).subarray(row * size, (row + 1) * size), i * size);
  return tensorOf(dtype, [rows.length, ...shape.slice(1)], gathered);
}
