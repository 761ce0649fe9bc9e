// Datasets: sequences of samples that can be walked again and again, one sample in memory at a time.
// Calibration, checks and evaluation read them; @tersor/data makes them from files.

import { TersorError } from "../errors.ts";
import type { Feeds } from "../graph/graph.ts";
import { dataTypes, type TypedArray } from "../tensor/dtype.ts";
import { tensorOf, type Tensor } from "../tensor/tensor.ts";
import type { ModelInput } from "./check-feeds.ts";
import type { Batches } from "./executor.ts";

/**
 * The answer that belongs to a sample: a class index or name, several numbers or texts, a tensor shaped like an output,
 * or a record where the answer has parts (boxes with their classes; a context with the answers found in it).
 */
export type Label = number | string | readonly number[] | readonly string[] | Tensor | LabelRecord;

/** An answer of several parts; the metric that reads it says which, and checks them. */
export interface LabelRecord {
  readonly [part: string]: unknown;
}

/** One sample: inputs with their leading batch axis, as a model takes them. */
export interface Sample {
  readonly feeds: Feeds;
  readonly label?: Label;
  /** Expected outputs by name, where the data has them. */
  readonly outputs?: Feeds;
  /** What a message calls this sample: a file name, "line 7", "sample 3". */
  readonly id?: string;
}

/** A sequence of samples; each walk starts at the first one and gives the same samples in the same order. */
export interface Dataset extends AsyncIterable<Sample> {
  readonly name: string;
  /** Number of samples, where it is known beforehand. */
  readonly length?: number;
  [Symbol.asyncIterator](): AsyncIterator<Sample>;
}

/** What a dataset may have to know of its surroundings. */
export interface DatasetContext {
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** The model's inputs; empty where they are not known. */
  readonly inputs: readonly ModelInput[];
}

/** A kind of dataset that a plugin brings. */
export interface DatasetDefinition<Description = unknown> {
  /** The key in a recipe's `data` that names this kind, such as "parquet". */
  readonly name: string;
  /** Gets the whole description, such as `{ parquet: "train.parquet", column: "text" }`, as the recipe says it: unchecked. */
  open(description: Description, context: DatasetContext): Dataset | Promise<Dataset>;
}

/** Defines a kind of dataset; gives its argument back, typed. */
export function defineDataset<Description>(definition: DatasetDefinition<Description>): DatasetDefinition<Description> {
  return definition;
}

/** A dataset over `walk`, which starts a new walk each time it is called. */
export function datasetOf(
  name: string,
  walk: () => AsyncIterable<Sample> | Iterable<Sample>,
  length?: number,
): Dataset {
  const iterate = async function* (): AsyncGenerator<Sample> {
    yield* walk();
  };
  return { name, ...(length === undefined ? {} : { length }), [Symbol.asyncIterator]: iterate };
}

/** The first `count` samples of a dataset. */
export function take(dataset: Dataset, count: number): Dataset {
  requireCount("count", count, 0);
  const walk = async function* (): AsyncGenerator<Sample> {
    let left = count;
    if (left === 0) return;
    for await (const sample of dataset) {
      yield sample;
      if (--left === 0) return;
    }
  };
  return datasetOf(dataset.name, walk, dataset.length === undefined ? undefined : Math.min(count, dataset.length));
}

/** How samples are put together. */
export interface BatchOptions {
  /** Most samples in a batch. */
  readonly batchSize: number;
  /** Most samples to read; default all. */
  readonly samples?: number;
}

/** Several samples as one run of the model. */
export interface SampleBatch {
  /** The feeds stacked on the first axis. */
  readonly feeds: Feeds;
  readonly samples: readonly Sample[];
}

/**
 * Feeds of up to `batchSize` samples stacked on the first axis. A sample whose names, types or shapes differ from the
 * ones before it begins a new batch, so ragged data gives smaller batches.
 * @throws CORE_DATASET_EMPTY on a walk that finds no sample, CORE_BATCH_OPTION for sizes that are no positive integers.
 */
export function batchesOf(dataset: Dataset, options: BatchOptions): Batches {
  const batches = sampleBatchesOf(dataset, options);
  const iterate = async function* (): AsyncGenerator<Feeds> {
    for await (const batch of batches) yield batch.feeds;
  };
  const known = options.batchSize === 1 && dataset.length !== undefined;
  const length = known ? { length: Math.min(dataset.length ?? 0, options.samples ?? Infinity) } : {};
  return { ...length, [Symbol.asyncIterator]: iterate };
}

/** Like `batchesOf`, with the samples each batch was made of: their labels, expected outputs and ids. */
export function sampleBatchesOf(dataset: Dataset, options: BatchOptions): AsyncIterable<SampleBatch> {
  requireCount("batchSize", options.batchSize, 1);
  if (options.samples !== undefined) requireCount("samples", options.samples, 1);
  const source = options.samples === undefined ? dataset : take(dataset, options.samples);
  return { [Symbol.asyncIterator]: () => groupSamples(source, options.batchSize) };
}

async function* groupSamples(dataset: Dataset, batchSize: number): AsyncGenerator<SampleBatch> {
  let group: Sample[] = [];
  let seen = 0;
  for await (const sample of dataset) {
    seen++;
    const first = group[0];
    if (first !== undefined && (group.length === batchSize || !stackable(first.feeds, sample.feeds))) {
      yield stackSamples(group);
      group = [];
    }
    group.push(sample);
  }
  if (group.length > 0) yield stackSamples(group);
  if (seen === 0) throw datasetEmpty(dataset.name);
}

function stackable(a: Feeds, b: Feeds): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameType(a[name], b[name]));
}

/** Whether two tensors can be laid behind each other; scalars and types packed below a byte can't. */
function sameType(a: Tensor | undefined, b: Tensor | undefined): boolean {
  if (a === undefined || b === undefined || a.dtype !== b.dtype || a.shape.length !== b.shape.length) return false;
  const { bits, kind } = dataTypes[a.dtype];
  const packed = bits < 8 && kind !== "string";
  return a.shape.length > 0 && !packed && a.shape.every((dim, axis) => dim === b.shape[axis]);
}

function stackSamples(samples: readonly Sample[]): SampleBatch {
  const first = samples[0];
  if (first === undefined || samples.length === 1) return { feeds: first?.feeds ?? {}, samples };
  const names = Object.keys(first.feeds);
  const feeds = Object.fromEntries(names.map((name) => [name, stack(samples.map((sample) => sample.feeds[name]!))]));
  return { feeds, samples };
}

function stack(tensors: readonly Tensor[]): Tensor {
  const { dtype, shape } = tensors[0]!;
  const stacked = [shape[0]! * tensors.length, ...shape.slice(1)];
  const { array } = dataTypes[dtype];
  if (array === null)
    return tensorOf(
      dtype,
      stacked,
      tensors.flatMap((tensor) => tensor.data as readonly string[]),
    );
  const size = tensors[0]!.data.length;
  const out = new array(size * tensors.length);
  for (const [i, { data }] of tensors.entries()) copyInto(out, data as TypedArray, i * size);
  return tensorOf(dtype, stacked, out);
}

function copyInto(target: TypedArray, source: TypedArray, offset: number): void {
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  bytes.set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength), offset * target.BYTES_PER_ELEMENT);
}

function requireCount(option: string, received: number, least: number): void {
  if (Number.isSafeInteger(received) && received >= least) return;
  throw new TersorError(
    "CORE_BATCH_OPTION",
    `"${option}" must be a whole number of at least ${least}, not ${received}.`,
    {
      option,
      received,
      least,
    },
  );
}

function datasetEmpty(name: string): TersorError {
  return new TersorError(
    "CORE_DATASET_EMPTY",
    `The dataset "${name}" has no samples. Give data with at least one sample.`,
    {
      dataset: name,
    },
  );
}
