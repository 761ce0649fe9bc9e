// Reading safetensors: one file, or the shards that an index names (https://huggingface.co/docs/safetensors).

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { lazySource, type TensorSource } from "@tersor/core";
import { indexInvalid, shardMissing } from "../errors.ts";
import { ByteFile } from "../file/bytes.ts";
import type { TensorFile } from "../tensor-file.ts";
import { readHeader, type HeaderEntry } from "./header.ts";

/** An index larger than this is no index. */
const LARGEST_INDEX_BYTES = 100_000_000;

/**
 * Reads the tensors of a `.safetensors` file, or of all shards when the path is a `.safetensors.index.json`.
 * Elements are read when they are asked for; the files must stay as they are meanwhile.
 * @throws TORCH_FILE_UNREADABLE, TORCH_SAFETENSORS_INVALID, TORCH_INDEX_INVALID, TORCH_SHARD_MISSING
 */
export function readSafetensors(path: string): TensorFile {
  return path.endsWith(".json") ? readSharded(path) : readOne(path);
}

function readOne(path: string): TensorFile {
  const file = new ByteFile(path);
  const { entries, metadata } = readHeader(file);
  const tensors = new Map(entries.map((entry) => [entry.name, spanSource(file, entry)]));
  return { format: "safetensors", path, tensors, metadata, files: [path] };
}

function spanSource(file: ByteFile, { dtype, shape, start }: HeaderEntry): TensorSource {
  return lazySource(dtype, shape, (offset, length) => file.read(start + offset, length));
}

function readSharded(path: string): TensorFile {
  const { shards } = readIndex(path);
  const tensors = new Map<string, TensorSource>();
  const metadata = new Map<string, string>();
  const opened = new Map<string, TensorFile>();
  for (const [name, shard] of shards) {
    const file = opened.get(shard) ?? readOne(shardPath(path, shard));
    opened.set(shard, file);
    const source = file.tensors.get(name);
    if (!source)
      throw indexInvalid({ file: path, why: `it says that "${name}" is in "${shard}", which has no such tensor` });
    tensors.set(name, source);
    for (const [key, text] of file.metadata) metadata.set(key, text);
  }
  const files = [path, ...Array.from(opened.values(), (file) => file.path)];
  return { format: "safetensors", path, tensors, metadata, files };
}

/** An index: the shard of each tensor by name, and the rest of the JSON. */
export interface ShardIndex {
  readonly shards: ReadonlyMap<string, string>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads and checks an index.
 * @throws TORCH_INDEX_INVALID
 */
export function readIndex(path: string): ShardIndex {
  const file = new ByteFile(path);
  const invalid = (why: string, cause?: unknown) => indexInvalid({ file: path, why }, cause);
  if (file.sizeBytes > LARGEST_INDEX_BYTES) throw invalid("it is larger than any index");
  let index: unknown;
  try {
    index = JSON.parse(new TextDecoder().decode(file.read(0, file.sizeBytes)));
  } catch (error) {
    throw invalid("it is not JSON", error);
  }
  const { weight_map: map, metadata = {} } = (index ?? {}) as { weight_map?: unknown; metadata?: unknown };
  if (typeof map !== "object" || map === null) throw invalid('it has no "weight_map"');
  const shards = new Map<string, string>();
  for (const [name, shard] of Object.entries(map)) {
    if (!isPlainName(shard))
      throw invalid(`it names the shard ${JSON.stringify(shard)}, which is not a file beside it`);
    shards.set(name, shard);
  }
  return { shards, metadata: metadata as Readonly<Record<string, unknown>> };
}

/** Shards lie beside the index: a name with folders in it leads elsewhere. */
function isPlainName(name: unknown): name is string {
  return typeof name === "string" && name !== "" && name !== "." && name !== ".." && !/[/\\\0:]/.test(name);
}

function shardPath(index: string, shard: string): string {
  const path = join(dirname(index), shard);
  if (!existsSync(path)) throw shardMissing({ file: index, shard });
  const folder = realpathSync(dirname(index));
  // The hub's own cache links each file to a blob elsewhere, always under a name without an ending: only folders that
  // are not such a cache must hold their shards themselves.
  const real = realpathSync(path);
  if (dirname(real) !== folder && basename(dirname(real)) !== "blobs") {
    throw indexInvalid({ file: index, why: `its shard "${shard}" is a link to a file outside its folder` });
  }
  return path;
}
