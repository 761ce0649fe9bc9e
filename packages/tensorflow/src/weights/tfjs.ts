// New values for the weights of a TensorFlow.js graph model: in their places in the shards. Quantized weights are
// quantized again, with scales of their own, which go into the manifest.

import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { bytesOf } from "@tersor/core";
import { quantizedWeight, type StoredAs } from "../tfjs/quantization.ts";
import { readManifest, type Manifest, type ManifestWeight } from "../tfjs/manifest.ts";
import { readModelJson } from "../tfjs/read.ts";
import { pathWithin } from "../tfjs/shards.ts";
import { quantizationEntry } from "../tfjs/write.ts";
import { readWhole } from "../wire/bytes.ts";
import type { OutputFile } from "../write/files.ts";
import type { Outcome } from "./outcome.ts";
import { patchedFile, type Patch } from "./patches.ts";

/** Stored bytes that are new. */
interface NewWeight {
  readonly weight: ManifestWeight;
  readonly stored: StoredAs;
  readonly bytes: Uint8Array;
}

/**
 * The files of a model in another folder, with new values.
 * @throws those of `readModelJson` and `readManifest`
 */
export function tfjsWithWeights(path: string, folder: string, outcome: Outcome): readonly OutputFile[] {
  const model = readModelJson(path);
  const manifest = readManifest(model.json["weightsManifest"] ?? [], model.folder, model.file);
  const changed = manifest.weights.flatMap((weight) => newWeight(weight, outcome) ?? []);
  const isRequantized = changed.some(({ stored }) => stored.kind === "affine");
  const json = isRequantized
    ? new TextEncoder().encode(JSON.stringify(withQuantization(model.json, manifest, changed)))
    : readWhole(model.file);
  const shards = manifest.groups.flatMap((paths, group) =>
    shardFiles(
      paths,
      model,
      folder,
      changed.filter(({ weight }) => weight.group === group),
    ),
  );
  return [...shards, { path: join(folder, basename(model.file)), pieces: () => [json] }];
}

/** A weight goes by its own name, or "function::name" where it is a constant of a function. */
function newWeight(weight: ManifestWeight, outcome: Outcome): NewWeight | undefined {
  const home = outcome.wanted.find((name) => name === weight.name || name.endsWith(`::${weight.name}`));
  const changed = home === undefined ? undefined : outcome.take(home, weight.source);
  if (changed === undefined) return undefined;
  const { stored } = weight;
  if (stored.kind === "plain") return { weight, stored, bytes: bytesOf(changed) };
  const again = quantizedWeight(changed, stored.dtype);
  if (again !== undefined) return { weight, stored: again.stored, bytes: bytesOf(again.codes) };
  outcome.refuse(home!, `its values do not fit into ${stored.dtype}`);
  return undefined;
}

function shardFiles(
  paths: readonly string[],
  { folder: from, file }: { readonly folder: string; readonly file: string },
  folder: string,
  changed: readonly NewWeight[],
): readonly OutputFile[] {
  let start = 0;
  return paths.map((path) => {
    const source = pathWithin(from, path, file);
    const end = start + statSync(source).size;
    const patches = changed.flatMap((one) => patchWithin(one, start, end));
    start = end;
    return patchedFile(source, join(folder, path), patches);
  });
}

/** The stretch of a weight that is in a shard. */
function patchWithin({ weight, bytes }: NewWeight, start: number, end: number): readonly Patch[] {
  const from = Math.max(weight.start, start);
  const to = Math.min(weight.end, end);
  if (to <= from) return [];
  const piece = bytes.subarray(from - weight.start, to - weight.start);
  return [{ offset: from - start, sizeBytes: piece.length, bytes: () => piece }];
}

/** The model's JSON with the new scales. */
function withQuantization(
  json: Readonly<Record<string, unknown>>,
  manifest: Manifest,
  changed: readonly NewWeight[],
): unknown {
  const groups = json["weightsManifest"] as readonly { readonly weights: readonly { readonly name: string }[] }[];
  const entries = new Map(changed.map((one) => [one.weight, one]));
  let next = 0;
  const weightsManifest = groups.map((group) => ({
    ...group,
    weights: group.weights.map((spec) => {
      const weight = manifest.weights[next++]!;
      const one = entries.get(weight);
      return one?.stored.kind === "affine"
        ? { ...spec, quantization: quantizationEntry(one.stored, weight.source.dtype) }
        : spec;
    }),
  }));
  return { ...json, weightsManifest };
}
