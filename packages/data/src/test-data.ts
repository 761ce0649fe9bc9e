// ONNX test data: folders test_data_set_N with input_K.pb and output_K.pb, one TensorProto each
// (https://github.com/onnx/onnx/blob/main/docs/OnnxBackendTest.md).

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { datasetOf, type Dataset, type Feeds, type Sample } from "@tersor/core";
import { bytesFrom } from "./bytes.ts";
import { badProto, empty, notFound, tooLarge } from "./errors.ts";
import { readTensorProto } from "./tensor-proto.ts";

/** Names for what the files leave unnamed, and how large they may be. */
export interface TestDataOptions {
  /** Names of the inputs in order, for files that hold no names. */
  readonly inputs?: readonly string[];
  /** Names of the outputs in order, for files that hold no names. */
  readonly outputs?: readonly string[];
  /** Most bytes of one file. Default 1 GiB. */
  readonly maxBytes?: number;
}

/**
 * Samples of a folder with test_data_set_N folders, or of one such folder: inputs as feeds, outputs as `outputs`.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, and on the walk DATA_PROTO, DATA_TOO_LARGE
 */
export function testDataFolder(path: string, options: TestDataOptions = {}): Dataset {
  const sets = dataSets(path);
  if (sets.length === 0) throw empty(path, "test_data_set folders with input_0.pb");
  const walk = function* (): Generator<Sample> {
    for (const folder of sets) {
      const feeds = readAll(folder, "input", options.inputs ?? [], options.maxBytes ?? 2 ** 30);
      const outputs = readAll(folder, "output", options.outputs ?? [], options.maxBytes ?? 2 ** 30);
      yield { feeds, id: basename(folder), ...(Object.keys(outputs).length > 0 ? { outputs } : {}) };
    }
  };
  return datasetOf(path, walk, sets.length);
}

/** Whether a folder looks like ONNX test data. */
export function isTestData(path: string): boolean {
  return dataSets(path).length > 0;
}

function dataSets(path: string): string[] {
  const names = listFolder(path);
  if (names.includes("input_0.pb")) return [path];
  return names
    .filter((name) => /^test_data_set_\d+$/.test(name) && listFolder(join(path, name)).includes("input_0.pb"))
    .sort((a, b) => numberIn(a) - numberIn(b))
    .map((name) => join(path, name));
}

function readAll(folder: string, kind: "input" | "output", names: readonly string[], maxBytes: number): Feeds {
  const files = listFolder(folder)
    .filter((name) => new RegExp(`^${kind}_\\d+\\.pb$`).test(name))
    .sort((a, b) => numberIn(a) - numberIn(b));
  return Object.fromEntries(files.map((file) => readOne(join(folder, file), names[numberIn(file)], maxBytes)));
}

function readOne(path: string, given: string | undefined, maxBytes: number): [name: string, tensor: Feeds[string]] {
  const bytes = bytesFrom(path);
  if (bytes.size > maxBytes) throw tooLarge(path, bytes.size, maxBytes);
  const { name, tensor } = readTensorProto(path, bytes.read(0, bytes.size));
  const used = name || given;
  if (used === undefined)
    throw badProto(path, `holds no name; give the names in order in the option "${basename(path).split("_")[0]}s"`);
  return [used, tensor];
}

function numberIn(name: string): number {
  return Number(/\d+/.exec(name.replace("test_data_set_", ""))?.[0]);
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw notFound(path, "folder", error);
  }
}
