// What quantizing leaves of a converted model: every model of the bank, dynamic and static, on the stored inputs.
import { join } from "node:path";
import { datasetOf, type CheckedTensor, type Dataset } from "@tersor/core";
import { quantize } from "tersor";
import { storedRuns } from "../../../packages/tensorflow/src/test-support/bank.ts";
import { median } from "../median.ts";
import type { Benchmark, Comparison, Context, Row } from "../row.ts";
import { convertedModels, type ConvertedModel } from "./bank.ts";
import { readModel } from "./fidelity.ts";

const modes = ["dynamic", "static"] as const;
/** What the median of the static models keeps at least. */
const STATIC_DB = 24;
const prefix = "quantized/";

/** A row per model and mode, and the median of the static ones. */
export function quantizedRows(bank: string): readonly Benchmark[] {
  const models = convertedModels(bank);
  return [
    ...models.map((model) => ({
      name: `${prefix}${model.name}`,
      run: (context: Context) => rowsOf(model, context),
    })),
    { name: "quantized/median", run: (_, before) => Promise.resolve([medianRow(before)]) },
  ];
}

async function rowsOf(model: ConvertedModel, { scratch }: Context): Promise<readonly Comparison[]> {
  const source = join(model.folder, model.formats[0]!);
  const rows: Comparison[] = [];
  for (const mode of modes) {
    const output = join(scratch, `${model.name}.${mode}.onnx`);
    const check = { minSqnrDb: -100 };
    const calibration = await storedData(model);
    const { check: found } = await quantize(source, { output, mode, calibration, check, force: true });
    rows.push(rowOf(`${prefix}${model.name} ${mode}`, found?.outputs ?? []));
  }
  return rows;
}

/** The least SQNR; of lists behind NonMaxSuppression, whose rows may change places, how many numbers are not finite. */
function rowOf(name: string, outputs: readonly CheckedTensor[]): Comparison {
  const theirs = { failed: "it has no quantizer" };
  const floats = outputs.flatMap((one) => (one.kind === "float" ? [one.sqnrDb] : []));
  if (floats.length > 0)
    return { name, ours: Math.min(...floats), theirs, unit: "dB", better: "decibel", goal: 0, goalOf: "ours" };
  const lost = outputs.reduce((sum, one) => sum + (one.kind === "not-comparable" ? one.nonFinite : 0), 0);
  return { name, ours: lost, theirs, unit: "numbers not finite", better: "lower", goal: 0, goalOf: "ours" };
}

/** The stored inputs under the names of the model, which Keras files give anew: then their places count. */
async function storedData(model: ConvertedModel): Promise<Dataset> {
  const { inputs } = await readModel(model, model.formats[0]!);
  const samples = storedRuns(model.name).map(({ feeds }) => {
    const given = Object.values(feeds);
    return { feeds: Object.fromEntries(inputs.map(({ name }, i) => [name, feeds[name] ?? given[i]!])) };
  });
  return datasetOf("stored inputs", () => samples, samples.length);
}

function medianRow(before: readonly Row[]): Comparison {
  const found = before.filter(({ name }) => name.startsWith(prefix) && name.endsWith(" static"));
  const known = found.flatMap(({ ours, unit }) => (ours === null || unit !== "dB" ? [] : [ours]));
  return {
    name: "quantized/median of the static models",
    ours: median(known),
    theirs: { failed: "it has no quantizer" },
    unit: "dB",
    better: "decibel",
    goal: STATIC_DB,
    goalOf: "ours",
    note: `${known.length} models with outputs that can be compared`,
  };
}
