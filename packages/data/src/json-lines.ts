// Samples from JSON lines: each line an object of input names with nested lists of numbers, and perhaps a label.

import {
  datasetOf,
  tensorOf,
  type DataType,
  type Dataset,
  type Label,
  type ModelInput,
  type Sample,
  type Tensor,
} from "@tersor/core";
import { bytesFrom, type ByteInput } from "./bytes.ts";
import { checkedTensor } from "./checked-tensor.ts";
import { badRow, empty, requireCount } from "./errors.ts";
import { countOf, isObject, jsonObjects } from "./rows.ts";

/** How lines become samples. */
export interface JsonLinesOptions {
  /** The model's inputs: they say the element types. Default: int64 where all numbers are whole, else float32. */
  readonly inputs?: readonly ModelInput[];
  /** Key of the label. Default: "label", where it is there and no input. */
  readonly label?: string;
  /** Most samples. */
  readonly samples?: number;
}

/** More than any model has; keeps deep nesting from deep recursion. */
const MOST_AXES = 32;

/**
 * Samples of a JSON-lines file. Lists hold the batch axis too: `{ "x": [[1, 2]] }` has the shape [1, 2].
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_OPTION, and DATA_ROW with the line: no JSON, ragged lists, other than numbers
 */
export function jsonLines(input: ByteInput, options: JsonLinesOptions = {}): Dataset {
  const bytes = bytesFrom(input, "JSON-lines file");
  const { samples } = options;
  if (samples !== undefined) requireCount("samples", samples);
  const most = samples ?? Infinity;
  const types = new Map(
    (options.inputs ?? []).map(({ name, type }) => [name, type.kind === "tensor" ? type.dtype : undefined]),
  );
  const label = options.label ?? (types.has("label") ? undefined : "label");
  const walk = function* (): Generator<Sample> {
    let left = most;
    for (const { line, value } of jsonObjects(bytes)) {
      yield sampleOf(bytes.name, line, value, types, label);
      if (--left <= 0) return;
    }
  };
  const length = countOf(walk());
  if (length === 0) throw empty(bytes.name, "samples");
  return datasetOf(bytes.name, walk, length);
}

function sampleOf(
  file: string,
  line: number,
  value: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, DataType | undefined>,
  label: string | undefined,
): Sample {
  const names = Object.keys(value).filter((name) => name !== label);
  const feeds = Object.fromEntries(
    names.map((name) => [name, tensorOfJson(file, line, name, value[name], types.get(name))]),
  );
  const found = label !== undefined && Object.hasOwn(value, label) ? { label: labelOf(file, line, value[label]) } : {};
  return { feeds, id: `line ${line}`, ...found };
}

function tensorOfJson(file: string, line: number, name: string, value: unknown, dtype: DataType | undefined): Tensor {
  const shape = shapeOf(value);
  const leaves: unknown[] = [];
  const regular = shape.length <= MOST_AXES && collect(value, shape, 0, leaves);
  if (!regular) throw badRow(file, line, `holds lists of different lengths in "${name}"`);
  if (leaves.length > 0 && leaves.every((leaf) => typeof leaf === "string")) return tensorOf("string", shape, leaves);
  const numbers = leaves.map((leaf) => (typeof leaf === "boolean" ? Number(leaf) : leaf));
  if (!numbers.every((leaf) => typeof leaf === "number")) {
    throw badRow(file, line, `holds something other than numbers in "${name}"`);
  }
  const type = dtype ?? guessedType(leaves);
  return checkedTensor(type, shape, numbers, (problem, cause) =>
    badRow(file, line, `${problem} in "${name}", which is ${type}`, cause),
  );
}

function guessedType(leaves: readonly unknown[]): DataType {
  if (leaves.length > 0 && leaves.every((leaf) => typeof leaf === "boolean")) return "bool";
  return leaves.every(Number.isSafeInteger) ? "int64" : "float32";
}

function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  for (let at = value; Array.isArray(at) && shape.length <= MOST_AXES; at = at[0]) shape.push(at.length);
  return shape;
}

/** Lists the leaves in row-major order; false when a list does not have the length that the shape says. */
function collect(value: unknown, shape: readonly number[], axis: number, leaves: unknown[]): boolean {
  if (axis === shape.length) return !Array.isArray(value) && leaves.push(value) > 0;
  return (
    Array.isArray(value) &&
    value.length === shape[axis] &&
    value.every((item) => collect(item, shape, axis + 1, leaves))
  );
}

function labelOf(file: string, line: number, value: unknown): Label {
  if (typeof value === "number" || typeof value === "string" || isObject(value)) return value;
  if (Array.isArray(value)) {
    if (value.every((item): item is number => typeof item === "number")) return value;
    if (value.every((item): item is string => typeof item === "string")) return value;
  }
  throw badRow(file, line, "has a label that is no number, text, list of numbers or of texts, or object");
}
