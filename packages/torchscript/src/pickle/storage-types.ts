// The storage classes of PyTorch and the element types behind them (torch/storage.py, torch/_utils.py).

import type { DataType } from "@tersor/core";

/** Typed storages by class name. The name says the element type of the tensors on them. */
export const storageTypes = {
  DoubleStorage: "float64",
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
  ComplexFloatStorage: "complex64",
  ComplexDoubleStorage: "complex128",
} as const satisfies Record<string, DataType>;

/** Element types by their names in `torch`. Those without a typed storage are saved on an UntypedStorage. */
export const torchTypes = {
  float64: "float64",
  float32: "float32",
  float16: "float16",
  bfloat16: "bfloat16",
  int64: "int64",
  int32: "int32",
  int16: "int16",
  int8: "int8",
  uint8: "uint8",
  uint16: "uint16",
  uint32: "uint32",
  uint64: "uint64",
  bool: "bool",
  complex64: "complex64",
  complex128: "complex128",
  float8_e4m3fn: "float8e4m3fn",
  float8_e4m3fnuz: "float8e4m3fnuz",
  float8_e5m2: "float8e5m2",
  float8_e5m2fnuz: "float8e5m2fnuz",
  float8_e8m0fnu: "float8e8m0",
} as const satisfies Record<string, DataType>;

const byStorage: ReadonlyMap<string, DataType> = new Map(Object.entries(storageTypes));
const byTorchName: ReadonlyMap<string, DataType> = new Map(Object.entries(torchTypes));
const storageOf: ReadonlyMap<DataType, string> = inverted(storageTypes);
const torchNameOf: ReadonlyMap<DataType, string> = inverted(torchTypes);

/** The element type on a typed storage, or undefined. */
export function typeOfStorage(className: string): DataType | undefined {
  return byStorage.get(className);
}

/** The element type of a name in `torch`, or undefined. */
export function typeOfTorchName(name: string): DataType | undefined {
  return byTorchName.get(name);
}

/** The typed storage class of an element type, or undefined. */
export function storageClassOf(dtype: DataType): string | undefined {
  return storageOf.get(dtype);
}

/** The name of an element type in `torch`, or undefined where PyTorch has none. */
export function torchNameOfType(dtype: DataType): string | undefined {
  return torchNameOf.get(dtype);
}

function inverted(table: Readonly<Record<string, DataType>>): ReadonlyMap<DataType, string> {
  return new Map(Object.entries(table).map(([name, dtype]) => [dtype, name]));
}
