// The elements of a tensor as one of two array types, so that the loops of observers stay monomorphic and fast.

import { isFloat } from "../../tensor/dtype.ts";
import { float32FromBfloat16, float32FromFloat16 } from "../../tensor/half.ts";
import { numbersOf, type Tensor } from "../../tensor/tensor.ts";

export type Elements = Float32Array | Float64Array;

/** The elements as floating point numbers; the own array of a float32 or float64 tensor, a copy of others. */
export function elementsOf(tensor: Tensor): Elements {
  const { dtype, data } = tensor;
  if (data instanceof Float32Array && isFloat(dtype)) return data;
  if (data instanceof Float64Array && isFloat(dtype)) return data;
  if (dtype === "float16") return lookUp(data as Uint16Array, (float16 ??= tableOf(float32FromFloat16)));
  if (dtype === "bfloat16") return lookUp(data as Uint16Array, (bfloat16 ??= tableOf(float32FromBfloat16)));
  if (dtype === "int64" || dtype === "uint64") return fromBigInts(data as BigInt64Array);
  return copy(numbersOf(tensor));
}

let float16: Float32Array | undefined;
let bfloat16: Float32Array | undefined;

/** All 65,536 halves: reading a table is several times faster than decoding. */
function tableOf(decode: (half: number) => number): Float32Array {
  const table = new Float32Array(65536);
  for (let half = 0; half < table.length; half++) table[half] = decode(half);
  return table;
}

function lookUp(halves: Uint16Array, table: Float32Array): Float32Array {
  const out = new Float32Array(halves.length);
  for (let i = 0; i < out.length; i++) out[i] = table[halves[i]!]!;
  return out;
}

function fromBigInts(values: BigInt64Array | BigUint64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}

/** Integers of at most 16 bits are exact in float32, but one type is enough for what is rare. */
function copy(numbers: ArrayLike<number>): Float64Array {
  const out = new Float64Array(numbers.length);
  for (let i = 0; i < out.length; i++) out[i] = numbers[i]!;
  return out;
}
