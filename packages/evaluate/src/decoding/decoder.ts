// A decoder-only language model, token by token: what it has seen is kept in its key-value cache where it has one, and
// fed again where it has not. Inputs and outputs are known by the names that Optimum and transformers export.

import {
  elementCount,
  float32Of,
  tensorOf,
  type DataType,
  type Executable,
  type Feeds,
  type RunOptions,
  type Tensor,
  type ValueType,
} from "@tersor/core";

/** A decoder in the middle of a text. One sequence at a time. */
export interface Decoder {
  /** Size of the vocabulary; known after the first step. */
  readonly vocabulary: number | undefined;
  /** Whether keys and values are handed from step to step. */
  readonly cached: boolean;
  /** Feeds that begin a text. */
  beginning(tokens: readonly number[]): Feeds;
  /**
   * Reads more tokens, at least one.
   * Gives the logits after each of them: float32, tokens x vocabulary, row-major.
   */
  step(tokens: readonly number[], options?: RunOptions): Promise<Float32Array>;
  /** Forgets what was read. */
  restart(): void;
}

interface Cache {
  readonly past: string;
  readonly present: string;
  readonly empty: Tensor;
}

/** How a model is fed. */
interface Wiring {
  readonly tokens: Port;
  readonly mask: Port | undefined;
  readonly positions: Port | undefined;
  readonly useCache: string | undefined;
  readonly logits: string;
  readonly caches: readonly Cache[];
}

interface Port {
  readonly name: string;
  readonly dtype: "int64" | "int32";
}

/** The model as a decoder; undefined when it is none: it needs other inputs, or gives no logits. */
export function decoderOf(model: Executable): Decoder | undefined {
  const wiring = wiringOf(model);
  return wiring && new CachedDecoder(model, wiring);
}

class CachedDecoder implements Decoder {
  readonly #model: Executable;
  readonly #wiring: Wiring;
  #caches: Feeds = {};
  #seen: number[] = [];
  readonly cached: boolean;
  vocabulary: number | undefined;

  constructor(model: Executable, wiring: Wiring) {
    this.#model = model;
    this.#wiring = wiring;
    this.cached = wiring.caches.length > 0;
  }

  beginning(tokens: readonly number[]): Feeds {
    return this.#feeds(tokens, tokens.length, {});
  }

  restart(): void {
    this.#caches = {};
    this.#seen = [];
  }

  async step(tokens: readonly number[], options?: RunOptions): Promise<Float32Array> {
    const { caches, logits } = this.#wiring;
    const before = this.#seen.length;
    this.#seen.push(...tokens);
    const fed = this.cached ? tokens : this.#seen;
    const results = await this.#model.run(this.#feeds(fed, this.#seen.length, this.#caches), options);
    this.#caches = Object.fromEntries(caches.map(({ past, present }) => [past, results[present]!]));
    const scores = results[logits]!;
    this.vocabulary = scores.shape.at(-1)!;
    const rows = float32Of(scores);
    return this.cached ? rows : rows.subarray(before * this.vocabulary);
  }

  #feeds(fed: readonly number[], total: number, cached: Feeds): Feeds {
    const { tokens, mask, positions, useCache, caches } = this.#wiring;
    const first = total - fed.length;
    const feeds: Record<string, Tensor> = { [tokens.name]: row(tokens, fed) };
    if (mask) feeds[mask.name] = row(mask, Array<number>(total).fill(1));
    if (positions)
      feeds[positions.name] = row(
        positions,
        Array.from(fed, (_, i) => first + i),
      );
    if (useCache !== undefined) feeds[useCache] = tensorOf("bool", [1], Uint8Array.of(first > 0 ? 1 : 0));
    for (const { past, empty } of caches) feeds[past] = cached[past] ?? empty;
    return feeds;
  }
}

function row({ dtype }: Port, values: readonly number[]): Tensor {
  const data = dtype === "int64" ? BigInt64Array.from(values, BigInt) : Int32Array.from(values);
  return tensorOf(dtype, [1, values.length], data);
}

function wiringOf({ inputs, outputs }: Executable): Wiring | undefined {
  const port = (name: string): Port | undefined => portOf(inputs.find((input) => input.name === name));
  const [tokens, mask, positions] = [port("input_ids"), port("attention_mask"), port("position_ids")];
  const logits = outputs.find(({ name, type }) => name === "logits" && isRankThree(type))?.name;
  const useCache = inputs.find(({ name }) => name === "use_cache_branch")?.name;
  const caches = cachesOf(inputs, outputs);
  if (!tokens || logits === undefined || !caches) return undefined;
  const wired = new Set([tokens.name, mask?.name, positions?.name, useCache, ...caches.map(({ past }) => past)]);
  if (inputs.some(({ name }) => !wired.has(name))) return undefined;
  return { tokens, mask, positions, useCache, logits, caches };
}

function portOf(input: Executable["inputs"][number] | undefined): Port | undefined {
  const dtype = input?.type.kind === "tensor" ? input.type.dtype : undefined;
  return input && (dtype === "int64" || dtype === "int32") ? { name: input.name, dtype } : undefined;
}

function isRankThree(type: ValueType): boolean {
  return type.kind === "tensor" && (type.shape === undefined || type.shape.length === 3);
}

/** Caches by what their names have in common: past_key_values.0.key and present.0.key. */
function cachesOf(inputs: Executable["inputs"], outputs: Executable["outputs"]): readonly Cache[] | undefined {
  const presents = new Map(
    outputs.flatMap(({ name }) => (name.startsWith("present") ? [[cacheKey(name), name] as const] : [])),
  );
  const caches: Cache[] = [];
  for (const { name, type } of inputs) {
    if (!name.startsWith("past")) continue;
    const present = presents.get(cacheKey(name));
    const empty = emptyCache(type);
    if (present === undefined || !empty) return undefined;
    caches.push({ past: name, present, empty });
  }
  return caches;
}

function cacheKey(name: string): string {
  return name.replace(/^(past|present)(_key_values)?[._]?/, "");
}

/** A cache for one sequence that has read nothing: an unknown first size is the batch, other unknown ones the length. */
function emptyCache(type: ValueType): Tensor | undefined {
  if (type.kind !== "tensor" || type.shape === undefined) return undefined;
  const { dtype, shape } = type;
  if (dtype !== "float32" && dtype !== "float16") return undefined;
  const sizes = shape.map((dim, axis) => (typeof dim === "number" ? dim : axis === 0 ? 1 : 0));
  return elementCount(sizes) === 0 ? emptyTensor(dtype, sizes) : undefined;
}

function emptyTensor(dtype: DataType & ("float32" | "float16"), shape: readonly number[]): Tensor {
  return tensorOf(dtype, shape, dtype === "float32" ? new Float32Array(0) : new Uint16Array(0));
}
