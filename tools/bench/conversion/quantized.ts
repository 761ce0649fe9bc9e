// What quantizing leaves of a converted model: every model of the bank, dynamic and static, on the stored inputs.
import { join } from "node:path";
import { datasetOf, type Dataset } from "@tersor/core";
import { quantize } from "tersor";
import { storedRuns } from "../../../packages/tensorflow/src/test-support/bank.ts";
import { median } from "../median.ts";
import type { Benchmark, Comparison, Context, Row } from "../row.ts";
import { convertedModels, type ConvertedModel } from "./bank.ts";

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
    const report = await quantize(source, { output, mode, calibration: storedData(model), check, force: true });
    const found = (report.check?.outputs ?? []).flatMap((one) => (one.kind === "float" ? [one.sqnrDb] : []));
    rows.push({
      name: `${prefix}${model.name} ${mode}`,
      ours: found.length === 0 ? Infinity : Math.min(...found),
      theirs: { failed: "it has no quantizer" },
      unit: "dB",
      better: "decibel",
      goal: 0,
      goalOf: "ours",
    });
  }
  return rows;
}

/** The stored inputs, under the names of the model. */
function storedData({ name }: ConvertedModel): Dataset {
  const samples = storedRuns(name).map(({ feeds }) => ({ feeds }));
  return datasetOf("stored inputs", () => samples, samples.length);
}

function medianRow(before: readonly Row[]): Comparison {
  const found = before.filter(({ name }) => name.startsWith(prefix) && name.endsWith(" static"));
  const known = found.flatMap(({ ours }) => (ours === null ? [] : [ours]));
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
