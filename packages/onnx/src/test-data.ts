// The files of ONNX's test-data folders (test_data_set_0/input_0.pb, ...): a TensorProto or SequenceProto each.

import { sourceOf, type Tensor } from "@tersor/core";
import { ExternalFiles } from "./read/external.ts";
import { Reading } from "./read/reading.ts";
import { readTensor } from "./read/tensor.ts";
import { memorySource } from "./wire/bytes.ts";
import { bytesOfMessage } from "./wire/piece.ts";
import { placeIn, Scanner, type Place } from "./wire/scanner.ts";
import { walk } from "./wire/walker.ts";
import { tensorMessage } from "./write/tensor.ts";

/** A tensor and the name its file gives it, "" where it gives none. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * Reads a serialized TensorProto. `file` is what errors call it.
 * @throws ONNX_MALFORMED, ONNX_TENSOR_TYPE, ONNX_TENSOR_DIMS, ONNX_TENSOR_SIZE
 */
export function readNamedTensor(bytes: Uint8Array, file?: string): NamedTensor {
  const reading = new Reading(new Scanner(memorySource(bytes, file)), new ExternalFiles(undefined));
  const { name, source } = readTensor(reading, { start: 0, end: bytes.length }, { label: "tensor" });
  return { name, tensor: source.tensor() };
}

/** Reads a serialized TensorProto. Errors as `readNamedTensor`. */
export function readTensorProto(bytes: Uint8Array, file?: string): Tensor {
  return readNamedTensor(bytes, file).tensor;
}

const TENSOR_VALUES = 3;

/** Reads a serialized SequenceProto of tensors; other elements are left out. Errors as `readNamedTensor`. */
export function readSequenceProto(bytes: Uint8Array, file?: string): readonly Tensor[] {
  const reading = new Reading(new Scanner(memorySource(bytes, file)), new ExternalFiles(undefined));
  const place: Place = { label: "sequence" };
  const tensors: Tensor[] = [];
  walk(reading.scanner, { start: 0, end: bytes.length }, place, (field) => {
    if (field.number !== TENSOR_VALUES) return;
    const own = placeIn(place, "tensor_values", tensors.length);
    tensors.push(readTensor(reading, reading.message(field, own), own).source.tensor());
  });
  return tensors;
}

/** A tensor as a serialized TensorProto, raw elements. */
export function writeTensorProto(tensor: Tensor, name = ""): Uint8Array {
  return bytesOfMessage(tensorMessage(name, sourceOf(tensor)));
}
