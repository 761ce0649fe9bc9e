// Datasets of NumPy arrays: .npz with stacked samples or one folder per sample, and single .npy files.
// Arrays are read as the walk gets to them: what is in memory is one sample, not the archive.

import { datasetOf, numbersOf, type Dataset, type Feeds, type Label, type Sample, type Tensor } from "@tersor/core";
import { bytesFrom, chunksOf, type ByteInput, type Bytes } from "./bytes.ts";
import { badArchive, badArray, badOption, empty, lengthsDiffer } from "./errors.ts";
import { openArray, readArray, readRows, type OpenArray } from "./npy.ts";
import { zipEntries } from "./zip.ts";

/** How the arrays of an archive become samples. */
export interface NpzOptions {
  /**
   * "stacked": keys are input names, samples lie on the first axis. "samples": keys are `<sample>/<input>`.
   * Default: told by the keys, and by `inputs` where names hold slashes.
   */
  readonly layout?: "stacked" | "samples";
  /** Names of the model's inputs. Other keys are kept, so that a check can name them. */
  readonly inputs?: readonly string[];
  /** Key of the labels. Default: "label", "labels" or "y", whichever there is. */
  readonly label?: string;
  /** Most bytes that one array of one sample may take. Default 1 GiB. */
  readonly maxBytes?: number;
}

/** Which input the array is for. */
export interface NpyOptions {
  /** Name of the model's input that the array is for. */
  readonly input: string;
  readonly maxBytes?: number;
}

/** An array in a file: opened anew for each walk. */
interface ArrayFile {
  readonly key: string;
  open(): OpenArray;
}

const GIBIBYTE = 2 ** 30;
const labelKeys = ["label", "labels", "y"];

/**
 * Samples of a .npz archive. Feeds keep a leading batch axis: of 1 for stacked samples, as stored otherwise.
 * Numeric labels become numbers, deeper ones tensors.
 * @throws DATA_NOT_FOUND, DATA_ARCHIVE, DATA_ARRAY, DATA_LENGTH, DATA_EMPTY, DATA_OPTION
 */
export function npz(input: ByteInput, options: NpzOptions = {}): Dataset {
  const bytes = bytesFrom(input, "archive");
  const arrays = arraysOf(bytes);
  const layout = options.layout ?? layoutOf(arrays, options.inputs ?? []);
  return layout === "stacked" ? stacked(bytes.name, arrays, options) : perSample(bytes.name, arrays, options);
}

/** Samples of one .npy array, stacked on its first axis, for one input. @throws like `npz`. */
export function npy(input: ByteInput, options: NpyOptions): Dataset {
  const bytes = bytesFrom(input, "array");
  const open = () => openArray(bytes.name, chunksOf(bytes, 0, bytes.size, 1 << 18), bytes.size);
  return stacked(bytes.name, [{ key: options.input, open }], { ...options, inputs: [options.input] });
}

function arraysOf(bytes: Bytes): ArrayFile[] {
  return zipEntries(bytes)
    .filter((entry) => !entry.name.endsWith("/"))
    .map(({ name, sizeBytes, chunks }) => {
      if (!name.endsWith(".npy")) throw badArchive(bytes.name, `holds "${name}", which is no .npy array`);
      return { key: name.slice(0, -4), open: () => openArray(`${bytes.name}:${name}`, chunks(), sizeBytes) };
    });
}

function layoutOf(arrays: readonly ArrayFile[], inputs: readonly string[]): "stacked" | "samples" {
  if (arrays.some(({ key }) => inputs.includes(key))) return "stacked";
  return arrays.length > 0 && arrays.every(({ key }) => key.indexOf("/") > 0) ? "samples" : "stacked";
}

function stacked(file: string, arrays: readonly ArrayFile[], options: NpzOptions): Dataset {
  const label = labelKey(
    file,
    arrays.map(({ key }) => key),
    options,
  );
  const lengths = Object.fromEntries(arrays.map(({ key, open }) => [key, firstDim(open())]));
  const length = Object.values(lengths)[0] ?? 0;
  if (Object.values(lengths).some((other) => other !== length)) throw lengthsDiffer(file, lengths);
  if (length === 0 || arrays.every(({ key }) => key === label)) throw empty(file, "samples");
  return datasetOf(file, () => stackedSamples(file, arrays, label, length, options.maxBytes ?? GIBIBYTE), length);
}

function firstDim({ header, name }: OpenArray): number {
  if (header.shape[0] === undefined)
    throw badArray(name, "is a single number; samples must be stacked on a first axis");
  return header.shape[0];
}

function* stackedSamples(
  file: string,
  arrays: readonly ArrayFile[],
  label: string | undefined,
  length: number,
  maxBytes: number,
): Generator<Sample> {
  const columns = arrays.map(({ key, open }) => ({ key, rows: readRows(open(), maxBytes) }));
  for (let i = 0; i < length; i++) {
    const row = columns.map(({ key, rows }) => [key, nextRow(file, rows)] as const);
    yield sampleOf(row, label, `sample ${i}`);
  }
  // One step more lets each array check that it has ended, with the right checksum.
  for (const { rows } of columns) rows.next();
}

function nextRow(file: string, rows: Iterator<Tensor>): Tensor {
  const { value, done } = rows.next();
  if (done === true) throw badArray(file, "was changed while it was being read");
  return value;
}

function perSample(file: string, arrays: readonly ArrayFile[], options: NpzOptions): Dataset {
  const groups = new Map<string, ArrayFile[]>();
  for (const { key, open } of arrays) {
    const slash = key.indexOf("/");
    if (slash <= 0) throw badArchive(file, `holds "${key}" beside keys of the form <sample>/<input>`);
    const name = key.slice(0, slash);
    groups.set(name, [...(groups.get(name) ?? []), { key: key.slice(slash + 1), open }]);
  }
  if (groups.size === 0) throw empty(file, "samples");
  const maxBytes = options.maxBytes ?? GIBIBYTE;
  const keys = [...new Set([...groups.values()].flat().map(({ key }) => key))];
  const label = labelKey(file, keys, options);
  const walk = function* (): Generator<Sample> {
    for (const [name, members] of groups) {
      const row = members.map(({ key, open }) => [key, readArray(open(), maxBytes)] as const);
      yield sampleOf(row, label, `sample "${name}"`);
    }
  };
  return datasetOf(file, walk, groups.size);
}

function labelKey(file: string, keys: readonly string[], { label, inputs = [] }: NpzOptions): string | undefined {
  if (label !== undefined && !keys.includes(label)) {
    throw badOption("label", `names "${label}", but "${file}" holds ${keys.map((key) => `"${key}"`).join(", ")}`, {
      file,
      keys,
    });
  }
  return label ?? labelKeys.find((key) => keys.includes(key) && !inputs.includes(key));
}

function sampleOf(row: readonly (readonly [string, Tensor])[], label: string | undefined, id: string): Sample {
  const feeds: Feeds = Object.fromEntries(row.filter(([key]) => key !== label));
  const found = row.find(([key]) => key === label);
  return { feeds, id, ...(found === undefined ? {} : { label: labelOf(found[1]) }) };
}

/** One number or string where there is one element, numbers along one axis, and the tensor itself beyond. */
function labelOf(tensor: Tensor): Label {
  if (tensor.dtype === "string") return tensor.data.length === 1 ? String(tensor.data[0]) : tensor;
  if (tensor.shape.length > 1 && tensor.data.length > 1) return tensor;
  const values = Array.from(numbersOf(tensor));
  return values.length === 1 ? values[0]! : values;
}
