// The .keras archives of Keras 2.12 and later and of Keras 3: a zip of config.json, metadata.json and model.weights.h5.
// https://keras.io/api/models/model_saving_apis/model_saving_and_loading/

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceOf } from "@tersor/core";
import { isObject, parseJson, type Json } from "../config/json.ts";
import type { StoredModel } from "../convert/convert.ts";
import { configJson, zipBroken } from "../errors.ts";
import { openH5, type H5File } from "../store/h5.ts";
import { listZip, unzip } from "../store/zip.ts";
import { storeScope } from "./legacy.ts";

/** Names of the entries of an archive. */
export const entries = { config: "config.json", metadata: "metadata.json", weights: "model.weights.h5" } as const;

/** Reading archives. */
export const openArchive = {
  /** Whether a zip archive is one of Keras's. */
  isKeras: async (path: string): Promise<boolean> => {
    const names = await listZip(path).catch((): readonly string[] => []);
    return names.includes(entries.config) && names.includes(entries.weights);
  },
  read,
};

async function read(path: string, config?: string): Promise<StoredModel> {
  const files = await unzip(path, Object.values(entries));
  const written = config === undefined ? jsonIn(files, entries.config, path) : parseJson(config, path);
  if (!isObject(written)) throw configJson({ file: path, why: "it is no object" });
  const metadata = files.has(entries.metadata) ? jsonIn(files, entries.metadata, path) : null;
  const version = isObject(metadata) ? metadata["keras_version"] : undefined;
  const weights = files.get(entries.weights);
  if (weights === undefined) throw zipBroken({ file: path, why: `it has no "${entries.weights}"` });
  const h5 = await inMemory(weights);
  return {
    file: path,
    config: written,
    scope: storeScope(h5),
    version: typeof version === "string" ? version : "2",
    variables: h5.datasets,
  };
}

function jsonIn(files: ReadonlyMap<string, Uint8Array>, name: string, file: string): Json {
  const bytes = files.get(name);
  if (bytes === undefined) throw zipBroken({ file, why: `it has no "${name}"` });
  return parseJson(new TextDecoder().decode(bytes), file);
}

/** The HDF5 library wants a file: the weights are in one while they are read, and in memory from then on. */
async function inMemory(bytes: Uint8Array): Promise<H5File> {
  const folder = await mkdtemp(join(tmpdir(), "tersor-keras-"));
  try {
    const path = join(folder, entries.weights);
    await writeFile(path, bytes);
    const h5 = await openH5(path);
    const datasets = Array.from(h5.datasets, ([name, variable]) => {
      return [name, { ...variable, source: sourceOf(variable.source.tensor()) }] as const;
    });
    return { ...h5, datasets: new Map(datasets) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
