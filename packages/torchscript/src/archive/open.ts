// An archive that torch.save or torch.jit.save wrote: a zip with `data.pkl`, which says what there is, and a file per
// storage under `data/` (caffe2/serialize/inline_container.h). Pickles go through the machine that builds only data.

import { extname } from "node:path";
import {
  byteLengthOf,
  dataTypes,
  derivedSource,
  elementCount,
  lazySource,
  sourceOf,
  tensorFromBytes,
  type TensorSource,
} from "@tersor/core";
import { archiveInvalid, legacyFormat, notWeights } from "../errors.ts";
import { ByteFile } from "../file/bytes.ts";
import { unpickle } from "../pickle/machine.ts";
import { typeOfStorage } from "../pickle/storage-types.ts";
import type { PickleStorage, PickleTensor, PickleValue } from "../pickle/values.ts";
import { looksLikeZip, readDirectory, readEntry, type ZipEntry } from "../zip/directory.ts";
import { gather, isContiguous, reachOf } from "./strided.ts";

const LARGEST_PICKLE_BYTES = 64_000_000;
/** Views may show elements more than once (expand), up to this many bytes beyond what their storage holds. */
const MOST_REPEATED_BYTES = 1 << 24;

/** An archive whose pickle was read. */
export class TorchArchive {
  readonly path: string;
  readonly file: ByteFile;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** What the names of all entries begin with: "archive/". */
  readonly prefix: string;
  readonly kind: "torch" | "torchscript";
  readonly value: PickleValue;
  /** Tensors by where they lie, so that tied parameters share one source. */
  readonly #sources = new Map<string, TensorSource>();

  constructor(path: string) {
    this.path = path;
    this.file = new ByteFile(path);
    if (!looksLikeZip(this.file)) throw notAnArchive(this.file);
    this.entries = readDirectory(this.file);
    this.prefix = this.#findPrefix();
    const scripted = this.entries.has(`${this.prefix}constants.pkl`);
    this.kind = scripted ? "torchscript" : "torch";
    this.#checkByteOrder();
    this.value = this.pickle("data.pkl");
  }

  /** Unpickles an entry. */
  pickle(name: string): PickleValue {
    const entry = this.entry(name);
    if (entry.sizeBytes > LARGEST_PICKLE_BYTES) throw this.#invalid(`"${name}" is larger than that of any model`);
    return unpickle(readEntry(this.file, entry), this.path);
  }

  /** The entry of that name under the archive's own folder. */
  entry(name: string): ZipEntry {
    const entry = this.entries.get(this.prefix + name);
    if (!entry) throw this.#invalid(`it has no entry "${name}"`);
    return entry;
  }

  /** The elements of a tensor in row-major order. `folder` is "data", or "constants" for those of constants.pkl. */
  source(tensor: PickleTensor, folder = "data"): TensorSource {
    const { storage, dtype, shape, stride, offset } = tensor;
    const key = JSON.stringify([folder, storage.key, dtype, shape, stride, offset]);
    const known = this.#sources.get(key);
    if (known) return known;
    const source = this.#viewSource(tensor, this.storageEntry(storage, folder));
    this.#sources.set(key, source);
    return source;
  }

  /** The entry with the bytes of a storage; it has as many as the pickle says. */
  storageEntry({ key, type, count }: PickleStorage, folder = "data"): ZipEntry {
    const entry = this.entry(`${folder}/${key}`);
    const needed = byteLengthOf(typeOfStorage(type.name) ?? "uint8", count);
    if (entry.sizeBytes !== needed)
      throw this.#invalid(`the storage "${key}" should have ${needed} bytes and has ${entry.sizeBytes}`);
    return entry;
  }

  #viewSource(view: PickleTensor, entry: ZipEntry): TensorSource {
    const { dtype, shape, storage } = view;
    const elementBytes = dataTypes[dtype].bits / 8;
    const sizeBytes = elementCount(shape) * elementBytes;
    const wrong = (why: string) =>
      this.#invalid(`a tensor of shape [${shape.join(", ")}] on the storage "${storage.key}" ${why}`);
    if (!(reachOf(view) * elementBytes <= entry.sizeBytes)) throw wrong("reaches beyond its end");
    if (sizeBytes > entry.sizeBytes + MOST_REPEATED_BYTES) throw wrong("repeats it too often");
    if (sizeBytes === 0) return sourceOf(tensorFromBytes(dtype, shape, new Uint8Array()));
    if (!isContiguous(view))
      return derivedSource([], dtype, shape, () => gather(readEntry(this.file, entry), elementBytes, view));
    const start = view.offset * elementBytes;
    if (entry.method === "stored")
      return lazySource(dtype, shape, (offset, length) => this.#stored(entry, start + offset, length));
    return derivedSource([], dtype, shape, () => readEntry(this.file, entry).subarray(start, start + sizeBytes));
  }

  /** A part of a stored entry; the whole of one is checked against its sum. */
  #stored(entry: ZipEntry, offset: number, length: number): Uint8Array {
    return length === entry.sizeBytes ? readEntry(this.file, entry) : this.file.read(entry.start + offset, length);
  }

  /** The folder of `data.pkl`; its name is that of the file as it was saved. */
  #findPrefix(): string {
    const names = [...this.entries.keys()].filter((name) => /^[^/]*\/data\.pkl$|^data\.pkl$/.test(name));
    if (names.length === 1) return names[0]!.slice(0, -"data.pkl".length);
    const why = names.length === 0 ? "it is a zip archive without data.pkl" : "it has more than one data.pkl";
    throw notWeights({ file: this.path, why });
  }

  #checkByteOrder(): void {
    const entry = this.entries.get(`${this.prefix}byteorder`);
    if (!entry || entry.sizeBytes > 16) return;
    const order = new TextDecoder().decode(readEntry(this.file, entry));
    if (order !== "little")
      throw this.#invalid(`its bytes are in ${order}-endian order; save it on a little-endian machine`);
  }

  #invalid(why: string) {
    return archiveInvalid({ file: this.path, why });
  }
}

const PROTO = 0x80;

/** Before PyTorch 1.6 files were a row of pickles, and before 0.1.10 a tar archive. */
function notAnArchive(file: ByteFile) {
  const head = file.read(0, Math.min(file.sizeBytes, 265));
  const isTar = new TextDecoder("latin1").decode(head.subarray(257, 262)) === "ustar";
  const isPickle = head[0] === PROTO && (head[1] ?? 0) <= 5;
  if (isTar || isPickle) return legacyFormat({ file: file.path });
  return notWeights({ file: file.path, why: `it does not begin as a ${extname(file.path) || "PyTorch"} file does` });
}
