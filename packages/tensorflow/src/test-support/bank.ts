// The models of the bank with their stored inputs and TensorFlow's outputs, where the variable TERSOR_BANK names a folder.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Feeds, Tensor } from "@tersor/core";
import { readNpy } from "./npy.ts";

const folder = join(process.env["TERSOR_BANK"] ?? "", "tensorflow");
const isThere = process.env["TERSOR_BANK"] !== undefined && existsSync(folder);

/** Names of the models that have this file or folder; none where there is no bank. */
export function bankModels(format: string): readonly string[] {
  return isThere ? readdirSync(folder).filter((name) => existsSync(join(folder, name, format))) : [];
}

/** The path of a model's file or folder. */
export function bankFile(model: string, format: string): string {
  return join(folder, model, format);
}

/** One run that TensorFlow has made: names are those of the tensors without ":0". */
export interface StoredRun {
  readonly feeds: Feeds;
  readonly outputs: readonly { readonly name: string; readonly tensor: Tensor }[];
}

/** The stored runs of a model. */
export function storedRuns(model: string): readonly StoredRun[] {
  const stated = JSON.parse(readFileSync(bankFile(model, "meta.json"), "utf8")) as StatedPorts;
  return [0, 1].map((run) => ({
    feeds: Object.fromEntries(
      stated.inputs.map(([tensor]) => [publicName(tensor), arrayOf(model, `in${run}`, tensor)]),
    ),
    outputs: stated.outputs.map(([tensor]) => ({
      name: publicName(tensor),
      tensor: arrayOf(model, `out${run}`, tensor),
    })),
  }));
}

interface StatedPorts {
  readonly inputs: readonly (readonly [tensor: string])[];
  readonly outputs: readonly (readonly [tensor: string])[];
}

function publicName(tensor: string): string {
  return tensor.replace(/:0$/, "");
}

function arrayOf(model: string, kind: string, tensor: string): Tensor {
  const name = publicName(tensor);
  const files = [name, name.replaceAll("/", "_"), name.replaceAll("/", ".")].map((wish) =>
    bankFile(model, `${kind}.${wish}.npy`),
  );
  return readNpy(files.find(existsSync) ?? files[0]!);
}
