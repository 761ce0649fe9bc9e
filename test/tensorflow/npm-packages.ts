// Models that npm packages ship for TensorFlow.js: as folders with a model.json, and run by its layers API. Their packages
// ask for all of @tensorflow/tfjs, 200 MB; package.json of the repository puts its layers in that place ("overrides").

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { float32, type Feeds } from "@tersor/core";
import type * as Layers from "@tensorflow/tfjs";
import type * as Tfjs from "@tensorflow/tfjs-core";

const load = createRequire(import.meta.url);

/** What is in model.json, as far as it matters here. */
interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly paths: string[]; readonly weights: Tfjs.io.WeightsManifestEntry[] }[];
}

/** How nsfwjs describes a model: modules that hold model.json and, in base64, the weights. */
interface Definition {
  readonly modelJson: () => Promise<{ readonly default: ModelJson }>;
  readonly weightBundles: readonly (() => Promise<{ readonly default: string }>)[];
}

/** The folder of Basic Pitch's graph model. */
export function basicPitch(): string {
  return dirname(load.resolve("@spotify/basic-pitch/model/model.json"));
}

const definitions = {
  mobilenet_v2: async (): Promise<unknown> => (await import("nsfwjs/models/mobilenet_v2")).MobileNetV2Model,
  mobilenet_v2_mid: async (): Promise<unknown> => (await import("nsfwjs/models/mobilenet_v2_mid")).MobileNetV2MidModel,
};

/** Writes a model of nsfwjs as files into a new folder, as its documentation says to host it, and gives the path. */
export async function nsfwjs(name: keyof typeof definitions, folder: string): Promise<string> {
  const { modelJson, weightBundles } = (await definitions[name]()) as Definition;
  const model = (await modelJson()).default;
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, "model.json"), JSON.stringify(model));
  for (const [i, file] of model.weightsManifest.flatMap(({ paths }) => paths).entries())
    await writeFile(join(path, file), Buffer.from((await weightBundles[i]!()).default, "base64"));
  return path;
}

/** What a layers model gives in TensorFlow.js on its WebAssembly backend; it has one input and one output. */
export async function layersRuns(path: string, feeds: readonly Feeds[], output: string): Promise<readonly Feeds[]> {
  const tf = load("@tensorflow/tfjs-core") as typeof Tfjs;
  const { loadLayersModel } = load("@tensorflow/tfjs") as typeof Layers;
  load("@tensorflow/tfjs-backend-wasm");
  await tf.setBackend("wasm");
  const model = await loadLayersModel(tf.io.fromMemory(await artifactsOf(path)));
  try {
    return feeds.map((feed) => {
      const [{ shape, data }] = Object.values(feed) as [Feeds[string]];
      const result = tf.tidy(() => model.predict(tf.tensor(data as Float32Array, [...shape])) as Tfjs.Tensor);
      return { [output]: float32(result.shape, result.dataSync<"float32">()) };
    });
  } finally {
    model.dispose();
  }
}

async function artifactsOf(path: string): Promise<Tfjs.io.ModelArtifacts> {
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(path, "model.json"), "utf8")) as ModelJson;
  const names = weightsManifest.flatMap(({ paths }) => paths);
  const data = Buffer.concat(await Promise.all(names.map((name) => readFile(join(path, name)))));
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: new Uint8Array(data).buffer,
  };
}
