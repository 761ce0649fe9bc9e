// Element types by their names in safetensors headers (https://github.com/huggingface/safetensors, Dtype).

import type { DataType } from "@tersor/core";

/** Names in headers and what they are here. */
export const safetensorsTypes = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  F8_E4M3: "float8e4m3fn",
  F8_E5M2: "float8e5m2",
  F8_E4M3FNUZ: "float8e4m3fnuz",
  F8_E5M2FNUZ: "float8e5m2fnuz",
  F8_E8M0: "float8e8m0",
  F4: "float4e2m1",
  C64: "complex64",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
} as const satisfies Record<string, DataType>;

const byName: ReadonlyMap<string, DataType> = new Map(Object.entries(safetensorsTypes));
const byType: ReadonlyMap<DataType, string> = new Map(
  Object.entries(safetensorsTypes).map(([name, type]) => [type, name]),
);

/** The element type of a name in a header, or undefined. */
export function typeOfName(name: string): DataType | undefined {
  return byName.get(name);
}

/** The name of an element type in a header, or undefined where the format has none. */
export function nameOfType(dtype: DataType): string | undefined {
  return byType.get(dtype);
}
