// New safetensors with other elements in some tensors, further ones beside them, and all else as it was: metadata,
// and the division into shards.

import { basename, dirname, join } from "node:path";
import type { TensorSource } from "@tersor/core";
import type { OutputFile } from "../file/write.ts";
import { readIndex, readSafetensors } from "./read.ts";
import { safetensorsFile } from "./write.ts";

/** The file, or the index with all shards, to be written. A further tensor goes where the one it is named after is. */
export function replacedSafetensors(
  source: string,
  changed: ReadonlyMap<string, TensorSource>,
  extras: ReadonlyMap<string, TensorSource>,
  path: string,
): readonly OutputFile[] {
  if (path.endsWith(".json") && source.endsWith(".json")) return replacedShards(source, changed, extras, path);
  const { tensors, metadata } = readSafetensors(source);
  return [safetensorsFile(replaced(tensors, changed, extras), path, metadata)];
}

/** Tensors with some exchanged, and further ones at the end. */
export function replaced(
  tensors: ReadonlyMap<string, TensorSource>,
  changed: ReadonlyMap<string, TensorSource>,
  extras: ReadonlyMap<string, TensorSource>,
): ReadonlyMap<string, TensorSource> {
  return new Map([...Array.from(tensors, ([name, old]) => [name, changed.get(name) ?? old] as const), ...extras]);
}

function replacedShards(
  source: string,
  changed: ReadonlyMap<string, TensorSource>,
  extras: ReadonlyMap<string, TensorSource>,
  path: string,
): readonly OutputFile[] {
  const index = readIndex(source);
  const shardOf = (name: string): string =>
    index.shards.get(name) ?? index.shards.get(name.replace(/\.[^.]*$/, "")) ?? [...index.shards.values()][0]!;
  const map = new Map([...index.shards, ...Array.from(extras.keys(), (name) => [name, shardOf(name)] as const)]);
  const { tensors } = readSafetensors(source);
  const all = replaced(tensors, changed, extras);
  const shards = Array.from(new Set(map.values()), (shard) => {
    const { metadata } = readSafetensors(join(dirname(source), shard));
    const own = new Map([...all].filter(([name]) => map.get(name) === shard));
    return safetensorsFile(own, join(dirname(path), basename(shard)), metadata);
  });
  const sizeBytes = [...all.values()].reduce((sum, tensor) => sum + tensor.sizeBytes, 0);
  const json = { metadata: { ...index.metadata, total_size: sizeBytes }, weight_map: Object.fromEntries(map) };
  const text = new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`);
  return [...shards, { path, pieces: () => [text] }];
}
