// Arrays as NumPy saves them (.npy), for the suites over models whose outputs TensorFlow has stored.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import { readFileSync } from "node:fs";
import { tensorFromBytes, type DataType, type Tensor } from "@tersor/core";

const types: Readonly<Record<string, DataType>> = {
  "<f4": "float32",
  "<f8": "float64",
  "<i4": "int32",
  "<i8": "int64",
  "|b1": "bool",
  "|i1": "int8",
  "|u1": "uint8",
};

/** Reads one array of plain numbers in row-major order. */
export function readNpy(file: string): Tensor {
  const bytes = readFileSync(file);
  const wide = bytes[6]! > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString("latin1", start, end);
  const dtype = types[/'descr': '([^']+)'/.exec(header)?.[1] ?? ""];
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (dtype === undefined || shape === undefined || header.includes("'fortran_order': True")) {
    throw new TypeError(`${file} is not a plain array: ${header}`);
  }
  const sizes = shape.split(",").filter((size) => size.trim() !== "");
  return tensorFromBytes(dtype, sizes.map(Number), new Uint8Array(bytes.subarray(end)));
}
