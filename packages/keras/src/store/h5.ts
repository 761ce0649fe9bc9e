// HDF5 files through h5wasm (https://github.com/usnistgov/h5wasm). A file is opened for each look and closed again, so
// that no handle outlives its use; elements are read when they are asked for. Links to elsewhere are not followed.

import { statSync } from "node:fs";
import { resolve } from "node:path";
import {
  byteLengthOf,
  bytesOf,
  elementCount,
  isTersorError,
  lazySource,
  sourceOf,
  tensorFromBytes,
  tensorFromNumbers,
} from "@tersor/core";
import type { DataType, TensorSource } from "@tersor/core";
import * as h5wasm from "h5wasm/node";
import { h5Broken, h5Link, tooLarge, weightType } from "../errors.ts";
import type { StoredVariable } from "./scope.ts";

/** What was found in a file. */
export interface H5File {
  readonly path: string;
  readonly datasets: ReadonlyMap<string, StoredVariable>;
  readonly groups: ReadonlySet<string>;
  /** An attribute of a group ("" is the root) as text or texts; undefined where it is not there. */
  attribute(group: string, name: string): string | readonly string[] | undefined;
}

/** Most objects and levels of a file; a model of Keras has a few thousand and ten. */
const MAX_OBJECTS = 100_000;
const MAX_DEPTH = 64;
const MAX_ATTRIBUTE_BYTES = 2 ** 28;
/** Elements of at most this many bytes are read at once, so that a model of many small weights is opened once. */
const EAGER_BYTES = 1 << 16;

/**
 * Looks through an HDF5 file.
 * @throws KERAS_H5_BROKEN, KERAS_H5_LINK, KERAS_TOO_LARGE, KERAS_WEIGHT_TYPE
 */
export async function openH5(path: string): Promise<H5File> {
  await h5wasm.ready;
  return withFile(path, "r", (file) => {
    const survey: Survey = { path, file, datasets: new Map(), groups: new Set(), attributes: new Map() };
    walk(survey, "", 0);
    const { datasets, groups, attributes } = survey;
    return { path, datasets, groups, attribute: (group, name) => attributes.get(`${group}@${name}`) };
  });
}

/**
 * Opens the file at `path` and closes it after `use`; what goes wrong inside the library is told as one error.
 * @throws KERAS_H5_BROKEN
 */
export function withFile<Result>(path: string, mode: "r" | "a", use: (file: h5wasm.File) => Result): Result {
  let file: h5wasm.File | undefined;
  try {
    file = new h5wasm.File(resolve(path), mode);
    if (file.file_id <= 0n) throw h5Broken({ file: path, why: "it is no HDF5 file, or is cut off" });
    return use(file);
  } catch (error) {
    if (isTersorError(error)) throw error;
    throw h5Broken({ file: path, why: error instanceof Error ? error.message : "its structure is damaged" }, error);
  } finally {
    close(file);
  }
}

/** A file that broke the library can't be closed by it either, and what broke it is told already. */
function close(file: h5wasm.File | undefined): void {
  try {
    if (file !== undefined && file.file_id > 0n) file.close();
  } catch {
    return;
  }
}

interface Survey {
  readonly path: string;
  readonly file: h5wasm.File;
  readonly datasets: Map<string, StoredVariable>;
  readonly groups: Set<string>;
  readonly attributes: Map<string, string | readonly string[]>;
}

function walk(survey: Survey, group: string, depth: number): void {
  const { path, file, groups, datasets } = survey;
  if (depth > MAX_DEPTH) throw tooLarge({ file: path, what: "groups inside groups", limit: `${MAX_DEPTH} levels` });
  groups.add(group);
  readAttributes(survey, group);
  const here = group === "" ? file : file.get(group);
  if (!(here instanceof h5wasm.Group)) throw h5Broken({ file: path, why: `"${group}" is no group` });
  for (const name of here.keys()) {
    const inner = group === "" ? name : `${group}/${name}`;
    if (groups.size + datasets.size > MAX_OBJECTS)
      throw tooLarge({ file: path, what: "groups and datasets", limit: `${MAX_OBJECTS} of them` });
    visit(survey, inner, file.get(inner), depth);
  }
}

function visit(survey: Survey, path: string, entity: h5wasm.Entity | null, depth: number): void {
  if (entity instanceof h5wasm.Group) walk(survey, path, depth + 1);
  else if (entity instanceof h5wasm.Dataset) addDataset(survey, path, entity);
  else if (entity instanceof h5wasm.BrokenSoftLink || entity instanceof h5wasm.ExternalLink)
    throw h5Link({ file: survey.path, path });
}

const textAttributes = /^(model_config|keras_version|backend|layer_names\d*|weight_names\d*)$/;

function readAttributes({ path, file, attributes }: Survey, group: string): void {
  const owner = group === "" ? file : file.get(group);
  if (!(owner instanceof h5wasm.Group)) return;
  for (const [name, attribute] of Object.entries(owner.attrs)) {
    if (!textAttributes.test(name)) continue;
    const { size, total_size: count } = attribute.metadata;
    if (size * count > MAX_ATTRIBUTE_BYTES)
      throw tooLarge({ file: path, what: `the attribute "${name}"`, limit: `${MAX_ATTRIBUTE_BYTES} bytes` });
    const value = textsOf(attribute.value);
    if (value !== undefined) attributes.set(`${group}@${name}`, value);
  }
}

function textsOf(value: unknown): string | readonly string[] | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

function addDataset({ path: file, datasets }: Survey, path: string, dataset: h5wasm.Dataset): void {
  const { metadata } = dataset;
  const shape = metadata.shape;
  const dtype = dataTypeOf(metadata);
  // Optimizers keep texts and compounds, which are no weights of a layer.
  if (shape === null || dtype === undefined) return;
  if (metadata.virtual_sources !== undefined) throw h5Link({ file, path });
  const sizeBytes = byteLengthOf(dtype, elementCount(shape));
  if (!Number.isSafeInteger(sizeBytes)) throw tooLarge({ file, what: `"${path}"`, limit: "2^53 bytes" });
  checkStored(file, path, dataset, sizeBytes);
  datasets.set(path, { path, source: sourceIn(file, path, dtype, shape, sizeBytes, dataset) });
}

/** Deflate reaches 1032 to 1; a dataset that claims more than its file can hold is refused before it is read. */
function checkStored(file: string, path: string, dataset: h5wasm.Dataset, sizeBytes: number): void {
  const most = statSync(file).size * (dataset.filters.length > 0 ? 1032 : 1);
  if (sizeBytes > most)
    throw weightType({ file, weight: path, why: `${sizeBytes} bytes are more than the file holds` });
}

function sourceIn(
  file: string,
  path: string,
  dtype: DataType,
  shape: readonly number[],
  sizeBytes: number,
  dataset: h5wasm.Dataset,
): TensorSource {
  const at = { file, path, sizeBytes };
  if (sizeBytes <= EAGER_BYTES) return sourceOf(tensorFromBytes(dtype, shape, elementsOf(at, dataset)));
  let last: WeakRef<Uint8Array> | undefined;
  return lazySource(dtype, shape, (offset, length) => {
    let bytes = last?.deref();
    if (!bytes) last = new WeakRef((bytes = readAgain(at)));
    return bytes.subarray(offset, offset + length);
  });
}

interface Place {
  readonly file: string;
  readonly path: string;
  readonly sizeBytes: number;
}

function readAgain(at: Place): Uint8Array {
  return withFile(at.file, "r", (opened) => {
    const dataset = opened.get(at.path);
    if (dataset instanceof h5wasm.Dataset) return elementsOf(at, dataset);
    throw h5Broken({ file: at.file, why: `"${at.path}" has gone since it was opened` });
  });
}

function elementsOf({ file, path, sizeBytes }: Place, dataset: h5wasm.Dataset): Uint8Array {
  const bytes = bytesIn(dataset.value, dataTypeOf(dataset.metadata));
  if (bytes === undefined) throw weightType({ file, weight: path, why: "its elements are no plain numbers" });
  if (bytes.length === sizeBytes) return bytes;
  throw h5Broken({ file, why: `"${path}" gave ${bytes.length} bytes instead of ${sizeBytes}` });
}

/** The library gives a typed array, or a number for a scalar. */
function bytesIn(value: unknown, dtype: DataType | undefined): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (dtype === undefined || (typeof value !== "number" && typeof value !== "bigint")) return undefined;
  return bytesOf(tensorFromNumbers(dtype, [], [Number(value)]));
}

const FLOATS: ReadonlyMap<number, DataType> = new Map([
  [2, "float16"],
  [4, "float32"],
  [8, "float64"],
]);
const SIGNED: ReadonlyMap<number, DataType> = new Map([
  [1, "int8"],
  [2, "int16"],
  [4, "int32"],
  [8, "int64"],
]);
const UNSIGNED: ReadonlyMap<number, DataType> = new Map([
  [1, "uint8"],
  [2, "uint16"],
  [4, "uint32"],
  [8, "uint64"],
]);

/** H5T_class_t: 0 is integers, 1 floats, 8 enumerations (booleans). */
function dataTypeOf({ type, size, signed, littleEndian }: h5wasm.Metadata): DataType | undefined {
  if (!littleEndian && size > 1) return undefined;
  if (type === 1) return FLOATS.get(size);
  if (type === 8 && size === 1) return "bool";
  if (type !== 0) return undefined;
  return (signed ? SIGNED : UNSIGNED).get(size);
}
