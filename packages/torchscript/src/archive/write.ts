// Writing a state dict as torch.save does, so that torch.load(path, weights_only=True) opens it.

import { byteLengthOf, elementCount, type TensorSource, type WrittenFile } from "@tersor/core";
import { tensorTypeUnwritable } from "../errors.ts";
import { writeTogether, type WriteTogetherOptions } from "../file/write.ts";
import { storageClassOf, torchNameOfType } from "../pickle/storage-types.ts";
import { PickleDict, PickleGlobal, PickleStorage, PickleTensor } from "../pickle/values.ts";
import { pickled } from "../pickle/write.ts";
import { zipPieces, type NewEntry } from "../zip/write.ts";

const PREFIX = "archive/";

/**
 * Writes tensors as a state dict: an OrderedDict of names, in their order, in a `.pt` archive.
 * Names that share one source share one storage, as tied parameters do.
 * @throws TORCH_TENSOR_TYPE_UNWRITABLE, TORCH_OUTPUT_EXISTS, TORCH_OUTPUT_IS_INPUT, TORCH_OUTPUT_NOT_WRITABLE
 */
export async function writeStateDict(
  tensors: ReadonlyMap<string, TensorSource>,
  path: string,
  options: WriteTogetherOptions = {},
): Promise<readonly WrittenFile[]> {
  const dict = new PickleDict("OrderedDict");
  const storages = new Map<TensorSource, NewStorage>();
  for (const [name, source] of tensors) {
    const storage = storages.get(source) ?? newStorage(name, source, String(storages.size));
    storages.set(source, storage);
    dict.entries.set(name, storage.tensor);
  }
  const entries = [
    textEntry("data.pkl", pickled(dict, path)),
    textEntry(".format_version", "1"),
    textEntry(".storage_alignment", "64"),
    textEntry("byteorder", "little"),
    ...Array.from(storages.values(), ({ entry }) => entry),
    textEntry("version", "3\n"),
  ].map((entry) => ({ ...entry, name: PREFIX + entry.name }));
  return writeTogether([{ path, pieces: () => zipPieces(entries) }], options);
}

/** A storage that holds one tensor: what the pickle says of it, and its entry. */
export interface NewStorage {
  readonly tensor: PickleTensor;
  readonly entry: NewEntry;
}

/** A storage of its own for a tensor; the entry's name is below the archive's folder. */
export function newStorage(name: string, source: TensorSource, key: string): NewStorage {
  const { dtype, shape } = source;
  if (torchNameOfType(dtype) === undefined) throw tensorTypeUnwritable({ tensor: name, dtype, format: "PyTorch" });
  const count = elementCount(shape);
  const className = storageClassOf(dtype);
  const storage =
    className === undefined
      ? new PickleStorage(new PickleGlobal("torch.storage", "UntypedStorage"), key, "cpu", byteLengthOf(dtype, count))
      : new PickleStorage(new PickleGlobal("torch", className), key, "cpu", count);
  const tensor = new PickleTensor({
    storage,
    dtype,
    shape,
    stride: stridesOf(shape),
    offset: 0,
    requiresGrad: false,
    isParameter: false,
  });
  return { tensor, entry: { name: `data/${key}`, sizeBytes: source.sizeBytes, bytes: () => source.bytes() } };
}

/** Strides of elements that lie one after the other. PyTorch counts a dimension of 0 as 1. */
function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= Math.max(1, shape[axis]!);
  }
  return strides;
}

/** An entry that is at hand. */
export function textEntry(name: string, content: string | Uint8Array): NewEntry {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { name, sizeBytes: bytes.length, bytes: () => bytes };
}
