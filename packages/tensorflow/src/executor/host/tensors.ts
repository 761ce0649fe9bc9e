// Tensors of TensorFlow.js, which has four element types: float32, int32, bool and string.

import {
  dataTypes,
  numbersOf,
  tensorFromNumbers,
  tensorOf,
  type DataType,
  type Feeds,
  type Tensor,
} from "@tersor/core";
import type * as Tfjs from "@tensorflow/tfjs-core";
import { outputTypeUnsupported } from "../errors.ts";
import type { NamedTensor } from "../protocol.ts";

/** The part of TensorFlow.js that makes tensors. */
export type TensorMaker = Pick<typeof Tfjs, "tensor">;

/** A tensor as TensorFlow.js takes it: integers as int32 (those beyond it saturate), all floats as float32. */
export function toTfjs(tf: TensorMaker, tensor: Tensor): Tfjs.Tensor {
  const shape = [...tensor.shape];
  const dtype = tfjsType(tensor.dtype);
  if (dtype === "string") return tf.tensor([...(tensor.data as readonly string[])], shape, dtype);
  if (dtype === "bool") return tf.tensor(Uint8Array.from(numbersOf(tensor)), shape, dtype);
  return tf.tensor(tensorFromNumbers(dtype, shape, numbersOf(tensor)).data as Float32Array | Int32Array, shape, dtype);
}

/** The type that stands for an element type in TensorFlow.js. */
export function tfjsType(dtype: DataType): "float32" | "int32" | "bool" | "string" {
  const { kind } = dataTypes[dtype];
  if (kind === "bool" || kind === "string") return kind;
  return kind === "float" ? "float32" : "int32";
}

/** The outputs under their public names, in the element types that the graph states. */
export async function outputsFrom(tensors: readonly Tfjs.Tensor[], outputs: readonly NamedTensor[]): Promise<Feeds> {
  const named: Record<string, Tensor> = {};
  for (const [i, { name, dtype }] of outputs.entries()) named[name] = await fromTfjs(tensors[i]!, dtype);
  return named;
}

/** @tensorflow/tfjs-node gives int64 as it is, under the name of int32. */
type Data = Float32Array | Int32Array | Uint8Array | BigInt64Array | string[];

async function fromTfjs(tensor: Tfjs.Tensor, stated: DataType | undefined): Promise<Tensor> {
  const { shape } = tensor;
  const dtype = elementType(tensor.dtype);
  const data = (await tensor.data()) as Data;
  if (dtype === "string" || Array.isArray(data)) return tensorOf("string", shape, Array.from(data, String));
  const given = tensorFromNumbers(dtype, shape, data instanceof BigInt64Array ? Float64Array.from(data, Number) : data);
  return stated !== undefined && stated !== dtype && tfjsType(stated) === dtype
    ? tensorFromNumbers(stated, shape, numbersOf(given))
    : given;
}

function elementType(dtype: string): "float32" | "int32" | "bool" | "string" {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool" || dtype === "string") return dtype;
  throw outputTypeUnsupported({ dtype });
}
