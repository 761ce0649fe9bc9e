// Tensors as the fixtures state them in JSON: type, shape and numbers as text.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tensorFromNumbers, tensorOf, type DataType, type Tensor } from "@tersor/core";

/** A tensor in JSON. */
export interface StatedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly string[];
}

/** A run that TensorFlow has made. */
export interface StatedRun {
  readonly inputs: Readonly<Record<string, StatedTensor>>;
  readonly outputs: Readonly<Record<string, StatedTensor>>;
}

/** What is stated of a model. */
export interface StatedModel {
  readonly runs: Readonly<Record<string, StatedRun>>;
  readonly variables: Readonly<Record<string, StatedTensor>>;
}

/** The path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/read/${name}`, import.meta.url));
}

/** The contents of a JSON fixture. */
export function stated<T>(name: string): T {
  return JSON.parse(readFileSync(fixture(name), "utf8")) as T;
}

/** The tensor that is stated. */
export function tensorOfStated({ dtype, shape, values }: StatedTensor): Tensor {
  if (dtype === "object") return { dtype: "string", shape, data: values };
  const type = dtype as DataType;
  if (type === "int64") return tensorOf(type, shape, BigInt64Array.from(values, BigInt));
  if (type === "uint64") return tensorOf(type, shape, BigUint64Array.from(values, BigInt));
  return tensorFromNumbers(type, shape, values.map(numberOf));
}

function numberOf(text: string): number {
  return text === "True" ? 1 : text === "False" ? 0 : Number(text);
}
