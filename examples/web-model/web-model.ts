// A model that an npm package ships for TensorFlow.js, made into files for onnxruntime-web: in float, and in INT8 as the
// browser's processors like it. Each is held against TensorFlow.js running the original.

import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { datasetOf, numbersOf } from "@tersor/core";
import { tfjsExecutor } from "@tersor/tensorflow";
import { convert, createExecutor, quantize, type Executor, type Feeds } from "tersor";
import { chord } from "./chord.ts";

/** Basic Pitch by Spotify: two seconds of sound in, notes out. */
export const basicPitch = dirname(createRequire(import.meta.url).resolve("@spotify/basic-pitch/model/model.json"));

/** The part that makes a spectrum of the sound; its energies span more than eight bits can hold. */
const spectrum = "*cq_t2010v2*";

/** A file, and how far what it gives is from what the original gives in TensorFlow.js. */
export interface WebFile {
  readonly path: string;
  readonly bytes: number;
  /** Signal to noise of each output, in dB. */
  readonly sqnrDb: Readonly<Record<string, number>>;
}

/** Writes the float and the INT8 file into a folder and measures both. */
export async function makeForWeb(folder: string): Promise<readonly WebFile[]> {
  const [float, int8] = [join(folder, "basic-pitch.onnx"), join(folder, "basic-pitch.int8.onnx")];
  const calibration = datasetOf("chords", () => chords(1, 8));
  await convert(basicPitch, { output: float, data: calibration, force: true });
  await quantize(basicPitch, { target: "web", exclude: [spectrum], calibration, output: int8, force: true });
  const test = chords(101, 3).map(({ feeds }) => feeds);
  const original = await runs(tfjsExecutor(), basicPitch, test);
  const measured = async (path: string): Promise<WebFile> => {
    const found = await runs(createExecutor({ runtime: "web" }), path, test);
    return { path, bytes: statSync(path).size, sqnrDb: apart(found, original) };
  };
  return [await measured(float), await measured(int8)];
}

function chords(seed: number, count: number): { readonly feeds: Feeds }[] {
  return Array.from({ length: count }, (_, i) => ({ feeds: { input_2: chord(seed + i) } }));
}

async function runs(executor: Executor, file: string, feeds: readonly Feeds[]): Promise<readonly Feeds[]> {
  try {
    const model = await executor.compile({ file });
    const results: Feeds[] = [];
    for (const feed of feeds) results.push(await model.run(feed));
    return results;
  } finally {
    await executor.dispose();
  }
}

/** Signal to noise of each output over all runs. */
function apart(found: readonly Feeds[], original: readonly Feeds[]): Readonly<Record<string, number>> {
  const names = Object.keys(original[0]!);
  return Object.fromEntries(names.map((name) => [name, sqnrDb(values(found, name), values(original, name))]));
}

function values(runs: readonly Feeds[], name: string): readonly number[] {
  return runs.flatMap((outputs) => Array.from(numbersOf(outputs[name]!)));
}

function sqnrDb(found: readonly number[], original: readonly number[]): number {
  const signal = original.reduce((sum, value) => sum + value ** 2, 0);
  const noise = original.reduce((sum, value, i) => sum + (value - found[i]!) ** 2, 0);
  return 10 * Math.log10(signal / noise);
}
