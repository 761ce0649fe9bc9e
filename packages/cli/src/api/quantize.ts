// tersor quantize: a model file in, a checked INT8 model file and a report out.

import {
  batchesOf,
  take,
  type Batches,
  type CheckResult,
  type Executor,
  type Graph,
  type OutputFile,
  type QuantizationPlan,
  type Report,
} from "@tersor/core";
import { random } from "@tersor/data";
import { checkModel } from "@tersor/evaluate";
import { quantizeGraph, type QuantizationFormat, type QuantizationMode, type QuantizationOptions, type Rule } from "@tersor/quantize";
import { checkFailed, formatDoesNotFit } from "../errors.ts";
import { assertWritable, defaultOutput, writeChecked } from "./output.ts";
import { notesOf, quantizationReport, recipeOf } from "./quantize-report.ts";
import { compose, dataFor, fileSize, inputsOf, machineFacts, openModel, withExecutor, type CommonOptions, type DataSource } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";

/** How the result is held against its source before it is kept. */
export type CheckChoice =
  /** Not run, not compared. */
  | "none"
  /** A few samples, every output at least 10 dB. */
  | "default"
  | { readonly minSqnrDb?: number; readonly samples?: number; /** Compare inner tensors too. */ readonly tensors?: boolean };

export interface QuantizeOptions extends CommonOptions, Partial<Omit<QuantizationOptions, "mode" | "format">> {
  /** Default `<name>.<format>.onnx` beside the model. */
  readonly output?: string;
  /** Default "static" where calibration data is given, else "dynamic". */
  readonly mode?: QuantizationMode;
  readonly format?: QuantizationFormat;
  /** Typical inputs: static quantization needs them, a dynamic one is checked with them. */
  readonly calibration?: DataSource;
  /** Most samples of the calibration data that are used. Default all. */
  readonly samples?: number;
  /** Patterns of node names, or "op:" and an operator type, to leave float; short for rules. */
  readonly exclude?: readonly string[];
  readonly check?: CheckChoice;
  /** Decide and report, but write nothing. */
  readonly dryRun?: boolean;
  /** Replace an output that exists. */
  readonly force?: boolean;
}

/** What `quantize` found, and the plan behind it. */
export interface QuantizeResult {
  readonly report: Report;
  readonly plan: QuantizationPlan;
}

const formats: Readonly<Record<QuantizationMode, readonly [QuantizationFormat, ...QuantizationFormat[]]>> = {
  static: ["qdq", "qoperator"],
  dynamic: ["integerops"],
};

/** Samples that the default check runs. */
const CHECK_SAMPLES = 8;

/**
 * Quantizes a model file after training.
 * @example
 * const { report } = await quantize("model.onnx", { calibration: "calibration.npz" });
 * @throws TERSOR_CHECK_FAILED when the result does not hold against its source; TERSOR_OUTPUT_EXISTS,
 * TERSOR_MODEL_NOT_FOUND, and what reading, calibrating and running throw. No output is left behind then.
 */
export async function quantize(model: string, options: QuantizeOptions = {}): Promise<QuantizeResult> {
  const mode = options.mode ?? (options.calibration === undefined ? "dynamic" : "static");
  const format = options.format ?? formats[mode][0];
  if (!formats[mode].includes(format)) throw formatDoesNotFit(mode, format, formats[mode]);
  const output = options.output ?? defaultOutput(model, format);
  if (!options.dryRun) assertWritable(model, output, options.force ?? false);
  const clock = stopwatch();
  const graph = await openModel(model);
  clock.lap("read");
  return withExecutor(options, async (executor) => {
    const calibration = await calibrationBatches(graph, options);
    const progress = (stage: string) => (done: number) => options.onProgress?.({ stage, done, ...(calibration?.length !== undefined && { total: calibration.length }) });
    const quantized = await quantizeGraph(graph, quantizationOptions(options, mode, format), {
      executor,
      calibrators: compose(options).calibrators.list(),
      ...(calibration && { calibration }),
      observe: { onBatch: progress("calibrate"), ...(options.signal && { signal: options.signal }) },
    });
    clock.lap("quantize");
    let check: CheckResult | undefined;
    let file: OutputFile | undefined;
    if (!options.dryRun) {
      file = await writeChecked(quantized.graph, output, format, async (written) => {
        clock.lap("write");
        check = await runCheck(model, graph, quantized.prepared, written, executor, quantized.plan, calibration, options);
        if (check && !check.ok) throw checkFailed(output, check.failing, check.worstOperators ?? []);
      });
      if (check) clock.lap("check");
    }
    const report: Report = {
      version: 1,
      command: "quantize",
      model: { path: model, sizeBytes: fileSize(model) },
      output: file ? [file] : [],
      machine: machineFacts(executor.name),
      quantization: quantizationReport(quantized.plan, format, mode),
      ...(check && { check }),
      recipe: recipeOf(model, output, mode, format, options),
      notes: notesOf(quantized.plan, calibration, check),
      warnings: [],
      seconds: clock.laps(),
    };
    return { report, plan: quantized.plan };
  });
}

async function calibrationBatches(graph: Graph, { calibration, samples }: QuantizeOptions): Promise<Batches | undefined> {
  if (calibration === undefined) return undefined;
  const dataset = await dataFor(calibration, graph);
  return batchesOf(samples === undefined ? dataset : take(dataset, samples), { batchSize: 1 });
}

function quantizationOptions(options: QuantizeOptions, mode: QuantizationMode, format: QuantizationFormat): QuantizationOptions {
  const { granularity, weightType, activationType, activationScheme, calibrator, reduceRange, target, rules = [], exclude = [] } = options;
  return {
    mode,
    format,
    rules: [...rules, ...exclude.map(exclusion)],
    ...(granularity && { granularity }),
    ...(weightType && { weightType }),
    ...(activationType && { activationType }),
    ...(activationScheme && { activationScheme }),
    ...(calibrator && { calibrator }),
    ...(reduceRange !== undefined && { reduceRange }),
    ...(target && { target }),
  };
}

function exclusion(pattern: string): Rule {
  return pattern.startsWith("op:") ? { op: pattern.slice(3), precision: "float" } : { name: pattern, precision: "float" };
}

async function runCheck(
  model: string,
  graph: Graph,
  prepared: Graph,
  written: string,
  executor: Executor,
  plan: QuantizationPlan,
  calibration: Batches | undefined,
  { check = "default", signal }: QuantizeOptions,
): Promise<CheckResult | undefined> {
  if (check === "none") return undefined;
  const wanted = check === "default" ? {} : check;
  const batches = calibration === undefined ? generatedBatches(graph) : firstBatches(calibration, wanted.samples ?? CHECK_SAMPLES);
  const quantized = plan.nodes.filter(({ decision }) => decision === "quantized").map(({ node }) => node);
  const suspects = new Set(quantized);
  return checkModel({
    executor,
    reference: { file: model },
    candidate: { file: written },
    batches,
    ...(wanted.minSqnrDb !== undefined && { minSqnrDb: wanted.minSqnrDb }),
    ...(wanted.tensors && { tap: prepared.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== "") }),
    suspects: ({ name }) => suspects.has(name),
    ...(signal && { signal }),
  });
}

function firstBatches(batches: Batches, count: number): Batches {
  return {
    length: Math.min(count, batches.length ?? count),
    async *[Symbol.asyncIterator]() {
      let done = 0;
      for await (const feeds of batches) {
        if (done++ >= count) return;
        yield feeds;
      }
    },
  };
}

/** Without data, the check runs on made-up inputs: enough to see that the model loads, runs and stays near its source. */
function generatedBatches(graph: Graph): Batches {
  return batchesOf(random({ inputs: inputsOf(graph), samples: 2, seed: 0 }), { batchSize: 1 });
}
