// Reads fixtures/executor: the models, and what onnxruntime for Python computes for them (make.py beside them).

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { numbersOf, tensorFromNumbers, tensorOf, type DataType, type Feeds, type Tensor } from "@tersor/core";

interface Plain {
  readonly dtype: DataType;
  readonly shape: number[];
  readonly values: number[];
}

interface Case {
  readonly feeds: Record<string, Plain>;
  readonly results: Record<string, Plain>;
}

const folder = new URL("../../fixtures/executor/", import.meta.url);

/** The path of a model. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`${name}.onnx`, folder));
}

const cases = JSON.parse(readFileSync(new URL("oracle.json", folder), "utf8")) as Record<string, Case>;

/** Feeds of a model and the results they must give. */
export function oracle(name: string): { readonly feeds: Feeds; readonly results: Feeds } {
  const { feeds, results } = cases[name]!;
  return { feeds: tensors(feeds), results: tensors(results) };
}

function tensors(plain: Record<string, Plain>): Feeds {
  return Object.fromEntries(Object.entries(plain).map(([name, tensor]) => [name, tensorFrom(tensor)]));
}

/** Halves are kept as bit patterns. */
function tensorFrom({ dtype, shape, values }: Plain): Tensor {
  return dtype === "float16"
    ? tensorOf(dtype, shape, Uint16Array.from(values))
    : tensorFromNumbers(dtype, shape, values);
}

/** The largest difference of two tensors; infinite where their shapes or types differ. */
export function distance(actual: Tensor | undefined, expected: Tensor): number {
  if (actual?.dtype !== expected.dtype || actual.shape.join() !== expected.shape.join()) return Infinity;
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  let largest = 0;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
