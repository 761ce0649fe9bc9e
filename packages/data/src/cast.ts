// Widening casts that change no value: data stored small (float16, int32) becomes what the model takes.

import {
  bytesOf,
  datasetOf,
  numbersOf,
  tensorFromNumbers,
  tensorOf,
  type DataType,
  type Dataset,
  type Feeds,
  type ModelInput,
  type Sample,
  type Tensor,
} from "@tersor/core";

/** Which types each type may become: every value of the first has an equal one in the second. */
const widenings: Partial<Record<DataType, readonly DataType[]>> = {
  float16: ["float32", "float64"],
  bfloat16: ["float32", "float64"],
  float32: ["float64"],
  int8: ["int16", "int32", "int64"],
  int16: ["int32", "int64"],
  int32: ["int64"],
  uint8: ["uint16", "int16", "uint32", "int32", "uint64", "int64"],
  uint16: ["uint32", "int32", "uint64", "int64"],
  uint32: ["uint64", "int64"],
};

/**
 * A dataset whose feeds have the element types of the model's inputs, where a widening cast gets there.
 * Everything else stays as it is, for `checkFeeds` to report.
 */
export function castTo(dataset: Dataset, inputs: readonly ModelInput[]): Dataset {
  const wanted = new Map(inputs.map(({ name, type }) => [name, type.kind === "tensor" ? type.dtype : undefined]));
  const walk = async function* (): AsyncGenerator<Sample> {
    for await (const sample of dataset) yield { ...sample, feeds: castFeeds(sample.feeds, wanted) };
  };
  return datasetOf(dataset.name, walk, dataset.length);
}

function castFeeds(feeds: Feeds, wanted: ReadonlyMap<string, DataType | undefined>): Feeds {
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, widen(tensor, wanted.get(name))]));
}

function widen(tensor: Tensor, dtype: DataType | undefined): Tensor {
  if (dtype === "bool" && tensor.dtype === "uint8" && bytesOf(tensor).every((byte) => byte < 2)) {
    return tensorOf("bool", tensor.shape, tensor.data);
  }
  if (dtype === undefined || widenings[tensor.dtype]?.includes(dtype) !== true) return tensor;
  return tensorFromNumbers(dtype, tensor.shape, numbersOf(tensor));
}
