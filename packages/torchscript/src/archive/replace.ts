// A new archive with other elements in some tensors, and all else as it was: every entry is kept, and the storages of
// the tensors are written anew, through their strides. Further tensors join the dict that holds the weights.

import { dataTypes, type TensorSource } from "@tersor/core";
import { noPlaceForExtras } from "../errors.ts";
import type { OutputFile } from "../file/write.ts";
import { PickleDict, type PickleTensor } from "../pickle/values.ts";
import { pickled } from "../pickle/write.ts";
import { readEntry } from "../zip/directory.ts";
import { zipPieces, type NewEntry } from "../zip/write.ts";
import { TorchArchive } from "./open.ts";
import { namedTensors, stateOf } from "./state-dict.ts";
import { scatter } from "./strided.ts";
import { newStorage, textEntry } from "./write.ts";

/** The archive at `source` with changed tensors (of the type and shape they had) and more of them, to be written. */
export function replacedArchive(
  source: string,
  changed: ReadonlyMap<string, TensorSource>,
  extras: ReadonlyMap<string, TensorSource>,
  path: string,
): OutputFile {
  const archive = new TorchArchive(source);
  const additions = added(archive, extras);
  const storages = changedStorages(archive, changed);
  const kept = [...archive.entries.values()].map((entry): NewEntry => {
    const changes = storages.get(entry.name);
    const { name, sizeBytes } = entry;
    if (name === `${archive.prefix}data.pkl` && extras.size > 0)
      return { ...textEntry("", pickled(archive.value, source)), name };
    const bytes = () =>
      changes ? withChanges(readEntry(archive.file, entry), changes) : readEntry(archive.file, entry);
    return { name, sizeBytes, bytes };
  });
  return { path, pieces: () => zipPieces([...kept, ...additions]) };
}

interface Change {
  readonly tensor: PickleTensor;
  readonly source: TensorSource;
}

function changedStorages(
  archive: TorchArchive,
  changed: ReadonlyMap<string, TensorSource>,
): ReadonlyMap<string, readonly Change[]> {
  const storages = new Map<string, Change[]>();
  for (const [name, tensor] of namedTensors(archive)) {
    const source = changed.get(name);
    if (!source) continue;
    const entry = archive.storageEntry(tensor.storage).name;
    storages.set(entry, [...(storages.get(entry) ?? []), { tensor, source }]);
  }
  return storages;
}

function withChanges(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  for (const { tensor, source } of changes) scatter(source.bytes(), bytes, dataTypes[tensor.dtype].bits / 8, tensor);
  return bytes;
}

/** Puts the tensors into the dict of weights; gives the entries of their storages. */
function added(archive: TorchArchive, extras: ReadonlyMap<string, TensorSource>): readonly NewEntry[] {
  if (extras.size === 0) return [];
  const state = stateOf(archive);
  if (!(state instanceof PickleDict)) throw noPlaceForExtras({ file: archive.path });
  return Array.from(extras, ([name, source], index) => {
    const { tensor, entry } = newStorage(name, source, freeKey(archive, index));
    state.entries.set(name, tensor);
    return { ...entry, name: archive.prefix + entry.name };
  });
}

function freeKey({ entries, prefix }: TorchArchive, index: number): string {
  let key = `tersor${index}`;
  while (entries.has(`${prefix}data/${key}`)) key += "_";
  return key;
}
