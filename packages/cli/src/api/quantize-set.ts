// tersor quantize <folder> --set transformers.js: every variant of a model that transformers.js can ask for by its
// `dtype`, each checked, under the names that its loader expects (https://huggingface.co/docs/transformers.js/guides/dtypes).

import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { QuantizationMode, QuantizationSettings } from "@tersor/quantize";
import { isTersorError, type Report } from "@tersor/core";
import { noModelsInFolder, setFailed, setUnknown, variantUnknown } from "../errors.ts";
import { quantize, type QuantizeOptions, type QuantizeReport } from "./quantize.ts";
import { printableReport, type Printable } from "./report.ts";
import { withExecutor } from "./session.ts";

type Step = QuantizationSettings & { readonly mode: QuantizationMode };

/** How one variant is made, and what its file is called. */
interface Variant {
  /** The `dtype` by which transformers.js asks for it. */
  readonly dtype: string;
  readonly suffix: string;
  readonly steps: readonly [Step, ...Step[]];
}

/** Symmetric groups of 32: what WebGPU kernels of MatMulNBits are fastest at. Embeddings stay as they are: WebGPU has no GatherBlockQuantized everywhere. */
const fourBits: Step = {
  mode: "weight-only",
  algorithm: "rtn",
  bits: 4,
  groupSize: 32,
  scheme: "symmetric",
  tables: false,
};

const transformersJs: readonly Variant[] = [
  { dtype: "fp16", suffix: "_fp16", steps: [{ mode: "fp16" }] },
  { dtype: "int8", suffix: "_int8", steps: [{ mode: "dynamic", weightType: "int8", target: "web" }] },
  { dtype: "uint8", suffix: "_uint8", steps: [{ mode: "dynamic", weightType: "uint8", target: "web" }] },
  { dtype: "q8", suffix: "_quantized", steps: [{ mode: "dynamic", target: "web" }] },
  { dtype: "q4", suffix: "_q4", steps: [fourBits] },
  { dtype: "q4f16", suffix: "_q4f16", steps: [fourBits, { mode: "fp16" }] },
  {
    dtype: "bnb4",
    suffix: "_bnb4",
    steps: [{ mode: "weight-only", codebook: "nf4", groupSize: 64, tables: false }],
  },
];

const sets: Readonly<Record<string, readonly Variant[]>> = { "transformers.js": transformersJs };

/** What a set is made with. Data and check are those of `quantize`, the method is the variant's. */
export interface QuantizeSetOptions extends Pick<
  QuantizeOptions,
  "calibration" | "dataFolder" | "samples" | "check" | "force" | "executor" | "plugins" | "signal" | "onProgress"
> {
  /** Default "transformers.js". */
  readonly set?: string;
  /** Dtypes to make; default all of the set. */
  readonly variants?: readonly string[];
  /** The folder of the result, in whose folder `onnx` the files go. Default the model's own. */
  readonly output?: string;
}

/** The report of a set: one row for each file. */
export type QuantizeSetReport = Printable<Report> & { readonly reports: readonly QuantizeReport[] };

/**
 * Makes a set of variants of every model in a folder: `onnx/model.onnx` gives `onnx/model_q4.onnx` and the others.
 * A variant that does not hold against its source is not written; the report says so, and the others are made.
 * @throws TERSOR_SET_UNKNOWN, TERSOR_SET_VARIANT, TERSOR_SET_NO_MODEL and what `quantize` throws but for failed checks.
 */
export async function quantizeSet(folder: string, options: QuantizeSetOptions = {}): Promise<QuantizeSetReport> {
  const { set = "transformers.js", variants, output = folder, ...common } = options;
  const chosen = chosenVariants(set, variants);
  const models = modelsIn(folder, set);
  await mkdir(join(output, "onnx"), { recursive: true });
  const { executor: given } = common;
  // One process of the runtime for all variants.
  return withExecutor(given ? { executor: given } : {}, async (executor) => {
    const reports: QuantizeReport[] = [];
    const failed: string[] = [];
    for (const model of models) {
      for (const { suffix, steps } of chosen) {
        const file = join(output, "onnx", `${basename(model, ".onnx")}${suffix}.onnx`);
        const [first, ...then] = steps;
        try {
          reports.push(await quantize(model, { ...common, ...first, then, output: file, executor }));
        } catch (error) {
          if (!isTersorError(error, "TERSOR_CHECK_FAILED") && !isTersorError(error, "QUANTIZE_NOTHING")) throw error;
          failed.push(`${basename(file)} was not made. ${error.message.replace(/\s*\n\s*/g, " ")}`); // warnings are one line each
        }
      }
    }
    return setReport(folder, reports, failed);
  });
}

function chosenVariants(set: string, names: readonly string[] | undefined): readonly Variant[] {
  const variants = Object.hasOwn(sets, set) ? sets[set]! : undefined;
  if (!variants) throw setUnknown(set, Object.keys(sets));
  const known = variants.map(({ dtype }) => dtype);
  const strange = names?.find((name) => !known.includes(name));
  if (strange !== undefined) throw variantUnknown(strange, set, known);
  return names ? variants.filter(({ dtype }) => names.includes(dtype)) : variants;
}

/** Models of a folder, or of its folder `onnx`, that are not variants themselves. */
function modelsIn(folder: string, set: string): readonly string[] {
  const inner = join(folder, "onnx");
  const place = existsSync(inner) ? inner : folder;
  const suffixes = sets[set]!.map(({ suffix }) => `${suffix}.onnx`);
  const files = existsSync(place) ? readdirSync(place).sort() : [];
  const models = files.filter((file) => file.endsWith(".onnx") && !suffixes.some((suffix) => file.endsWith(suffix)));
  if (models.length === 0) throw noModelsInFolder(folder);
  return models.map((file) => join(place, file));
}

function setReport(folder: string, reports: readonly QuantizeReport[], failed: readonly string[]): QuantizeSetReport {
  const [first] = reports;
  if (!first) throw setFailed(folder, failed);
  const { machine } = first;
  const sources = new Map(reports.map(({ model }) => [model.path, model.sizeBytes]));
  const sizeBytes = [...sources.values()].reduce((sum, size) => sum + size, 0);
  const seconds = reports.flatMap((report) => Object.values(report.seconds)).reduce((sum, part) => sum + part, 0);
  const report = printableReport({
    version: 1,
    command: "quantize",
    model: { path: folder, sizeBytes },
    output: reports.flatMap(({ output }) => output),
    machine,
    variants: reports.map(({ output, model, check }) => ({
      ...output[0]!,
      sourceSizeBytes: model.sizeBytes,
      ...(check && { check }),
    })),
    notes: [...new Set(reports.flatMap(({ notes }) => notes))],
    warnings: failed,
    seconds: { all: seconds },
  });
  return Object.defineProperty(report, "reports", { value: reports }) as QuantizeSetReport;
}
