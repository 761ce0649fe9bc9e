// Weightless models in the format of their framework: a zip of the model's own files, whose large weights are zero, and of
// skeleton.json, which says how each was distributed. A seed fills them again, and the framework's door writes the file.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { originOf, sourceOf, type Adapter, type Graph, type Weight } from "@tersor/core";
import { unzipSync } from "fflate";
import { adapterFor } from "../api/door-executor.ts";
import { modelFormatUnknown, skeletonInvalid } from "../errors.ts";
import { seededWeight, type InputSketch, type SkeletonRecord } from "./skeleton.ts";

/** A model file whose weights came from a seed. */
export interface SkeletonFile {
  readonly file: string;
  readonly graph: Graph;
  readonly inputs: readonly InputSketch[];
}

const RECORD = "skeleton.json";
/** What the names of a checkpoint's files begin with. */
const CHECKPOINT = "model.ckpt";
const MOST_BYTES = 2 ** 27;

/**
 * Writes the model of a skeleton (`.zip`) into a folder, its weights from a seed.
 * @throws TERSOR_SKELETON when the file is none, and what reading and writing the model throw.
 */
export async function writeSkeletonModel(
  zip: string,
  folder: string,
  seed: number,
  adapters: readonly Adapter[],
): Promise<SkeletonFile> {
  const files = unpacked(zip);
  const record = recordOf(zip, files);
  const place = join(folder, `${record.name}-${seed}`);
  const empty = join(place, "empty");
  const path = firstPart(files, zip);
  for (const [name, bytes] of files) write(join(empty, name), bytes);
  const adapter = await adapterFor(join(empty, path), adapters);
  if (adapter === undefined) throw modelFormatUnknown(join(empty, path), []);
  const file = files.has(`${path}/${CHECKPOINT}.index`) ? join(place, path, CHECKPOINT) : join(place, path);
  mkdirSync(dirname(file), { recursive: true });
  await fill(await adapter.read(join(empty, path)), record, { empty: join(empty, path), file, adapter, seed });
  rmSync(empty, { recursive: true });
  // A checkpoint is files whose names begin alike; one of them stands for all.
  const model = file.endsWith(CHECKPOINT) ? `${file}.meta` : file;
  return { file: model, graph: await adapter.read(model), inputs: record.inputs };
}

function unpacked(zip: string): ReadonlyMap<string, Uint8Array> {
  let left = MOST_BYTES;
  try {
    const filter = ({ originalSize }: { readonly originalSize: number }) => (left -= originalSize) >= 0;
    const files = new Map(Object.entries(unzipSync(readFileSync(zip), { filter })));
    if (left >= 0) return files;
  } catch (error) {
    throw skeletonInvalid(zip, error instanceof Error ? error.message : String(error), error);
  }
  throw skeletonInvalid(zip, `it holds more than ${MOST_BYTES} bytes`);
}

function recordOf(zip: string, files: ReadonlyMap<string, Uint8Array>): SkeletonRecord {
  const bytes = files.get(RECORD);
  if (bytes === undefined) throw skeletonInvalid(zip, `it has no ${RECORD}`);
  const record = JSON.parse(new TextDecoder().decode(bytes)) as SkeletonRecord;
  if (record.version !== 1) throw skeletonInvalid(zip, `its record has the version ${String(record.version)}, not 1`);
  return record;
}

/** The one file or folder that is the model. */
function firstPart(files: ReadonlyMap<string, Uint8Array>, zip: string): string {
  const parts = new Set([...files.keys()].filter((name) => name !== RECORD).map((name) => name.split("/")[0]!));
  const [only] = parts;
  if (only === undefined || parts.size > 1) throw skeletonInvalid(zip, "it does not hold one model");
  return only;
}

function write(path: string, bytes: Uint8Array): void {
  if (path.endsWith(RECORD)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

interface Place {
  readonly empty: string;
  readonly file: string;
  readonly adapter: Adapter;
  readonly seed: number;
}

/** A graph that has nothing but weights with a way home brings them there. */
async function fill(
  graph: Graph,
  { name, weights }: SkeletonRecord,
  { empty, file, adapter, seed }: Place,
): Promise<void> {
  const filled = Object.entries(weights).map(([source, sketch]): [string, Weight] => {
    const tensor = seededWeight(`${name}/${source}`, sketch.shape ?? [], sketch, seed);
    return [source, { source: sourceOf(tensor), origin: originOf(source) }];
  });
  const bare: Graph = { ...graph, nodes: [], inputs: [], outputs: [], weights: new Map(filled) };
  if (adapter.name === "keras") await (await import("@tersor/keras")).writeKeras(bare, file, { source: empty });
  else await (await import("@tersor/tensorflow")).writeWeightsBack(bare, empty, file);
}
