// tersor quantize: a model file in, a checked INT8 model file and a report out.

import {
  batchesOf,
  take,
  type CheckResult,
  type Dataset,
  type Executor,
  type Graph,
  type OutputFile,
  type QuantizationPlan,
  type Report,
  type Tersor,
} from "@tersor/core";
import {
  explainQuantization,
  optionsOfMode,
  quantizeGraph,
  type QuantizationFormat,
  type QuantizationMode,
  type QuantizationOptions,
  type QuantizationSettings,
  type QuantizationTools,
  type QuantizedGraph,
} from "@tersor/quantize";
import { optionMissing } from "../errors.ts";
import { checkQuantized, type CheckChoice } from "./check.ts";
import { dataFor, type DataSource } from "./data.ts";
import { diagnoseQuantized, type DiagnoseChoice, type DiagnosisParts } from "./diagnose.ts";
import { modelFacts, openModel, type OpenModel } from "./model.ts";
import { assertWritable, defaultOutput, writeChecked } from "./output.ts";
import { notesOf, settingsOf, quantizationReport, recipeOf } from "./quantize-report.ts";
import { printableReport, type Printable } from "./report.ts";
import { compose, machineFacts, stopOption, withExecutor, type CommonOptions } from "./session.ts";
import { stopwatch, type Stopwatch } from "./stopwatch.ts";
import { isFolder, openOptionsFor, targetOf, type Target } from "./target.ts";

/** How to quantize a model file; everything has a default. */
export interface QuantizeOptions extends CommonOptions, Omit<QuantizationSettings, "mode" | "format"> {
  /** Default `<name>.<format>.onnx` beside the model. */
  readonly output?: string;
  /** Default "static" where calibration data is given, else "dynamic". */
  readonly mode?: QuantizationMode;
  /** How the result is written; each mode has a default. */
  readonly format?: QuantizationFormat;
  /** Typical inputs: static quantization needs them, a dynamic one is checked with them. */
  readonly calibration?: DataSource;
  /** Folder that relative paths of the data start from. Default the current one. */
  readonly dataFolder?: string;
  /** Most samples of the calibration data that are used. Default all. */
  readonly samples?: number;
  /** Patterns of node names, or "op:" and an operator type, to leave float; short for rules. */
  readonly exclude?: readonly string[];
  /** Further steps on the result, such as fp16 after weight-only. */
  readonly then?: readonly Settings[];
  readonly check?: CheckChoice;
  /** Look into the result: where error, saturation and time come from. Default not. */
  readonly diagnose?: boolean | DiagnoseChoice;
  /** Decide and report, but run and write nothing. */
  readonly dryRun?: boolean;
  /** Replace an output that exists. */
  readonly force?: boolean;
}

/** The report of a quantize run, with the plan behind it. */
export type QuantizeReport = Printable<Report> & { readonly plan: QuantizationPlan };

type Settings = QuantizationSettings & { readonly mode: QuantizationMode };

/** The options with their defaults, and what comes up on the way. */
interface Job {
  readonly options: QuantizeOptions;
  readonly step: QuantizationOptions & { readonly format: QuantizationFormat };
  readonly output: string;
  readonly target: Target;
  readonly source: OpenModel;
  readonly calibration: Dataset | undefined;
  readonly clock: Stopwatch;
}

/** What was decided, and what was made of it. */
interface Outcome {
  readonly plan: QuantizationPlan;
  readonly file?: OutputFile;
  readonly check?: CheckResult | undefined;
  readonly diagnosis?: DiagnosisParts | undefined;
}

/**
 * Quantizes a model file after training, checks the result and writes it.
 * @example
 * const report = await quantize("model.onnx", { calibration: "calibration.npz" });
 * console.log(report.toString());
 * @throws TERSOR_CHECK_FAILED when the result does not hold against its source; TERSOR_MODEL_NOT_FOUND,
 * TERSOR_OUTPUT_EXISTS and its kin, and what reading, calibrating and running throw. No output is left behind then.
 */
export async function quantize(model: string, options: QuantizeOptions = {}): Promise<QuantizeReport> {
  const step = stepOf(options);
  const output = options.output ?? defaultOutput(model, step.format);
  const clock = stopwatch();
  const tersor = compose(options);
  const target = targetOf(output, tersor.adapters.list());
  if (!options.dryRun) assertWritable(model, output, options.force ?? false, isFolder(target));
  assertExpressible(target, step);
  const source = await openModel(model, tersor, options.onProgress, openOptionsFor(target));
  const calibration = await calibrationFor(options, source, tersor);
  clock.lap("read");
  const job = { options, step, output, target, source, calibration, clock };
  return withExecutor(options, async (executor) => {
    const outcome = options.dryRun ? explain(job) : await make(job, executor);
    return reportOf(job, outcome, executor);
  });
}

/** TensorFlow's formats have no operators that find ranges while the model runs. */
function assertExpressible({ adapter, format }: Target, { mode }: Job["step"]): void {
  if (mode === "dynamic" && adapter.name.startsWith("tensorflow"))
    throw optionMissing(
      "calibration",
      `INT8 in the format ${format.name} needs ranges that were found on typical inputs`,
    );
}

function stepOf(options: QuantizeOptions): Job["step"] {
  const mode = options.mode ?? (options.calibration === undefined ? "dynamic" : "static");
  return optionsOfMode({ ...settingsOf(options), mode });
}

/** The calibration data of the options, as far as it is used. */
export async function calibrationFor(
  { calibration, samples, dataFolder }: Pick<QuantizeOptions, "calibration" | "samples" | "dataFolder">,
  { graph }: OpenModel,
  tersor: Tersor,
): Promise<Dataset | undefined> {
  if (calibration === undefined) return undefined;
  const dataset = await dataFor(calibration, { graph, tersor, folder: dataFolder });
  return samples === undefined ? dataset : take(dataset, samples);
}

function explain({ source, step, options, clock }: Job): Outcome {
  const plan = explainQuantization(source.graph, step, { roundings: compose(options).roundings.list() });
  clock.lap("quantize");
  return { plan };
}

async function make(job: Job, executor: Executor): Promise<Outcome> {
  const { source, step, output, target, options, clock } = job;
  const quantized = await quantizeSource(job, executor);
  clock.lap("quantize");
  let check: CheckResult | undefined;
  const file = await writeChecked(quantized.graph, {
    source,
    output,
    folder: isFolder(target),
    format: target.format.name === "onnx" ? step.format : target.format.name,
    force: options.force ?? false,
    write: (graph, path) => target.adapter.write(graph, path, { format: target.format.name }),
    check: async (written) => {
      clock.lap("write");
      check = await checkWritten(job, quantized, written, executor);
      options.signal?.throwIfAborted();
    },
  });
  const diagnosis = await lookInto(job, quantized, file.path, executor);
  return { plan: quantized.plan, file, check, diagnosis };
}

async function lookInto(
  { options, source, calibration, clock }: Job,
  quantized: QuantizedGraph,
  written: string,
  executor: Executor,
): Promise<DiagnosisParts | undefined> {
  const { diagnose: choice = false } = options;
  if (choice === false) return undefined;
  const job = { executor, quantized, source, written, inputs: calibration, choice, common: options };
  const parts = await diagnoseQuantized(job);
  clock.lap("diagnose");
  return parts;
}

function quantizeSource({ source, step, calibration, options }: Job, executor: Executor): Promise<QuantizedGraph> {
  const total = calibration?.length;
  const tersor = compose(options);
  const onBatch = (done: number) =>
    options.onProgress?.({ stage: "calibrate", done, ...(total !== undefined && { total }) });
  options.onProgress?.({ stage: "quantize" });
  return inSteps(source.graph, [step, ...(options.then ?? [])], {
    executor,
    calibrators: tersor.calibrators.list(),
    roundings: tersor.roundings.list(),
    ...(calibration && { calibration: batchesOf(calibration, { batchSize: 1 }) }),
    observe: { onBatch, ...stopOption(options) },
  });
}

/** Quantizes step by step; the plan says of each node what the first step that changed it did. */
async function inSteps(graph: Graph, steps: readonly Settings[], tools: QuantizationTools): Promise<QuantizedGraph> {
  const [first, ...rest] = steps as [Settings, ...Settings[]];
  let made = await quantizeGraph(graph, optionsOfMode(first), tools);
  for (const step of rest) {
    const next = await quantizeGraph(made.graph, optionsOfMode({ ...step, allowQuantized: true }), tools);
    made = { ...made, graph: next.graph, plan: bothPlans(made.plan, next.plan) };
  }
  return made;
}

function bothPlans(first: QuantizationPlan, second: QuantizationPlan): QuantizationPlan {
  const decided = new Map(second.nodes.map((node) => [node.node, node]));
  for (const node of first.nodes) if (node.decision === "quantized") decided.set(node.node, node);
  return { ...first, nodes: [...decided.values()] };
}

async function checkWritten(
  { source, output, calibration, options, clock }: Job,
  quantized: QuantizedGraph,
  written: string,
  executor: Executor,
): Promise<CheckResult | undefined> {
  const { check: choice = "default" } = options;
  if (choice === "none") return undefined;
  const job = { executor, source, quantized, written, output, calibration, choice, common: options };
  const result = await checkQuantized(job);
  clock.lap("check");
  return result;
}

async function reportOf(
  job: Job,
  { plan, file, check, diagnosis }: Outcome,
  executor: Executor,
): Promise<QuantizeReport> {
  const { source, step, output, options, calibration, clock } = job;
  const report = printableReport({
    version: 1,
    command: "quantize",
    model: modelFacts(source),
    output: file ? [file] : [],
    machine: await machineFacts(executor),
    quantization: quantizationReport(plan, step.mode, step.format),
    ...(check && { check }),
    ...diagnosis,
    recipe: recipeOf(source.path, output, step, options),
    notes: [...notesOf(plan, check, calibration !== undefined), ...(diagnosis?.notes ?? [])],
    warnings: [],
    seconds: clock.laps(),
  });
  return Object.defineProperty(report, "plan", { value: plan }) as QuantizeReport;
}
