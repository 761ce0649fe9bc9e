// Which files of a folder belong together: the exported graph, and the weights it was exported from.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isWeightFile } from "./read-tensors.ts";

/** A graph and its weights, as they lie on disk. */
export interface ModelFiles {
  readonly onnx: string;
  readonly weights: string;
}

/** The names exporters and the hub use, first choice first. */
const usualGraphs = ["model.onnx", "onnx/model.onnx"];
const usualWeights = [
  "model.safetensors.index.json",
  "model.safetensors",
  "diffusion_pytorch_model.safetensors",
  "pytorch_model.bin",
  "model.pt",
];

/** Whether a path is a folder that can be looked into. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** The graph in a folder, or in its folder `onnx`; undefined when there is none, or no single choice. */
export function graphIn(folder: string): string | undefined {
  const usual = usualGraphs.map((name) => join(folder, name)).find((path) => existsSync(path));
  return usual ?? only(folder, isGraph) ?? only(join(folder, "onnx"), isGraph);
}

/** The weights in a folder; undefined when there are none, or no single choice. */
export function weightsIn(folder: string): string | undefined {
  const usual = usualWeights.map((name) => join(folder, name)).find((path) => existsSync(path));
  return usual ?? only(folder, isWeights);
}

/** Both, for a folder or for one of the two files. */
export function modelFiles(path: string): Partial<ModelFiles> {
  if (isFolder(path)) return given({ onnx: graphIn(path), weights: weightsIn(path) });
  const folder = dirname(path);
  if (isGraph(path)) return given({ onnx: path, weights: weightsBeside(path, folder) });
  const twin = join(folder, `${basename(path).replace(/\.[^.]*$/, "")}.onnx`);
  return given({ onnx: existsSync(twin) ? twin : graphIn(folder), weights: path });
}

/** On the hub the graph lies in a folder `onnx` below the weights. */
function weightsBeside(graph: string, folder: string): string | undefined {
  const stem = basename(graph).replace(/\.onnx$/i, "");
  const twins = [".safetensors", ".pt", ".pth", ".bin"].map((ending) => join(folder, stem + ending));
  const above = basename(folder) === "onnx" ? weightsIn(dirname(folder)) : undefined;
  return twins.find((path) => existsSync(path)) ?? weightsIn(folder) ?? above;
}

function given(files: { [Key in keyof ModelFiles]: ModelFiles[Key] | undefined }): Partial<ModelFiles> {
  const { onnx, weights } = files;
  return { ...(onnx !== undefined && { onnx }), ...(weights !== undefined && { weights }) };
}

function isGraph(path: string): boolean {
  return /\.onnx$/i.test(path);
}

function isWeights(path: string): boolean {
  return /\.(safetensors|pt|pth|bin)$/i.test(path) && isWeightFile(path);
}

function only(folder: string, fits: (path: string) => boolean): string | undefined {
  if (!isFolder(folder)) return undefined;
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const found = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && fits(path));
  return found.length === 1 ? found[0] : undefined;
}
