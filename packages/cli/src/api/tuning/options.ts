// What a search takes, and what follows from it: the step of a configuration, the dimensions there are, what makes two
// searches the same.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Metric, Setting, TuningConfig, TuningDimension, TuningObjective } from "@tersor/core";
import type { Identity } from "@tersor/tune";
import { isDataset, type DataSource } from "../data.ts";
import type { EvaluateOptions } from "../evaluate.ts";
import { modelFacts, type OpenModel } from "../model.ts";
import type { GenerateSettings } from "../generation.ts";
import type { QuantizeOptions } from "../quantize.ts";
import type { CommonOptions } from "../session.ts";

/** What to tune, how right the result must be, and how long to search. Options of quantizing that are given stay fixed. */
export interface TuneOptions extends Omit<QuantizeOptions, "dryRun" | "diagnose"> {
  /** Labelled data that each configuration is judged on. */
  readonly evaluation: DataSource;
  /** Name of a metric, its name with options, or a metric. Default "accuracy". */
  readonly metric?: EvaluateOptions["metric"];
  /** Has the model write texts, which the metric judges in place of its outputs. */
  readonly generate?: GenerateSettings;
  /** The output of the model that is judged. Default its first. */
  readonly judgedOutput?: string;
  /** Most samples that a configuration is judged on. Default all. */
  readonly evaluationSamples?: number;
  /** Most samples per run of the evaluation. Default 1. */
  readonly batchSize?: number;
  /** Threads of a trial; with 1, the default, several trials at once use the cores, and results repeat to the bit. */
  readonly threads?: number;
  /** Most that the metric may get worse. Default 0.01. */
  readonly maxDrop?: number;
  /** Whether the drop is a share of the source's value. Default true. */
  readonly relative?: boolean;
  /** What to make small among the configurations that are right enough; by default the search ends with the first. */
  readonly minimize?: TuningObjective | readonly TuningObjective[];
  /** Name of a strategy. Default "auto". */
  readonly strategy?: string;
  readonly seed?: number;
  /** Most minutes of all sessions together. Default no limit. */
  readonly minutes?: number;
  /** Most trials. Default 50. */
  readonly trials?: number;
  /** A trial that takes longer has failed. Default 10. */
  readonly trialMinutes?: number;
  /** Trials that run at once. Default as many as there are cores, at most 4. */
  readonly concurrency?: number;
  /** Where the journal is kept; a search goes on where its journal ends. Default `<output>.tuning.jsonl`. */
  readonly journal?: string;
  /** Values to try of settings, the default first, in place of the usual ones; null leaves a setting out. */
  readonly space?: Readonly<Record<string, readonly Setting[]>>;
  /** Packages or paths of `plugins`, so that trials can have processes of their own. */
  readonly pluginModules?: readonly string[];
}

/** The options of quantizing in one configuration; a setting that is null is left to its default. */
export function stepOf(options: TuneOptions, { settings, float }: TuningConfig): QuantizeOptions {
  const { calibration, dataFolder, samples, check, exclude, rules = [], ...more } = fixedOf(options);
  return {
    ...more,
    ...(calibration !== undefined && { calibration }),
    ...(dataFolder !== undefined && { dataFolder }),
    ...(samples !== undefined && { samples }),
    ...(check !== undefined && { check }),
    ...(exclude !== undefined && { exclude }),
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)),
    rules: [...rules, ...float.map((name) => ({ name, precision: "float" as const }))],
  };
}

/** Options that are of the search, and not of quantizing. */
const ofSearch = [
  "evaluation",
  "metric",
  "generate",
  "judgedOutput",
  "evaluationSamples",
  "batchSize",
  "threads",
  "maxDrop",
  "relative",
  "minimize",
  "strategy",
  "seed",
  "minutes",
  "trials",
  "trialMinutes",
  "concurrency",
  "journal",
  "space",
  "pluginModules",
] as const satisfies readonly (keyof TuneOptions)[];

const ofCall = [
  "plugins",
  "executor",
  "memoryLimitBytes",
  "signal",
  "onProgress",
  "output",
  "force",
  "dryRun",
  "diagnose",
] as const;

/** The options of quantizing that were given. */
function fixedOf(options: TuneOptions): Omit<QuantizeOptions, keyof CommonOptions | "output" | "force"> {
  const others: readonly string[] = [...ofSearch, ...ofCall];
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => !others.includes(name) && value !== undefined),
  );
}

/** How a configuration is judged. */
export function judgingOf(options: TuneOptions): Omit<EvaluateOptions, keyof CommonOptions | "candidate"> {
  const { evaluation, metric, generate, judgedOutput, evaluationSamples, batchSize, threads = 1, dataFolder } = options;
  return {
    data: evaluation,
    threads,
    ...(metric !== undefined && { metric }),
    ...(generate && { generate }),
    ...(judgedOutput !== undefined && { output: judgedOutput }),
    ...(evaluationSamples !== undefined && { samples: evaluationSamples }),
    ...(batchSize !== undefined && { batchSize }),
    ...(dataFolder !== undefined && { dataFolder }),
  };
}

/** The objectives, as a list. */
export function objectivesOf({ minimize = [] }: TuneOptions): readonly TuningObjective[] {
  return typeof minimize === "string" ? [minimize] : minimize;
}

const integerDimensions: readonly TuningDimension[] = [
  { name: "mode", values: ["static", "dynamic"] },
  {
    name: "equalize",
    values: [null, "smooth-quant", { method: "smooth-quant", alpha: "auto" }, "cross-layer"],
    when: { mode: ["static"] },
  },
  { name: "correct", values: [null, ["bias"]], when: { mode: ["static"] } },
  { name: "calibrator", values: ["mse", "min-max", "percentile", "entropy"], when: { mode: ["static"] } },
  { name: "activationScheme", values: ["asymmetric", "symmetric"], when: { mode: ["static"] } },
  { name: "granularity", values: ["per-channel", "per-tensor"] },
];

const groupDimensions: readonly TuningDimension[] = [
  { name: "algorithm", values: ["rtn", "hqq", "k-quant"] },
  { name: "groupSize", values: [32, 16, 128] },
];

/** Algorithms that need calibration data. */
const withData = ["gptq", "awq"];

/** The settings that can be chosen: the usual ones of the mode, or `space`; what the caller has fixed is none of them. */
export function dimensionsOf(options: TuneOptions): readonly TuningDimension[] {
  const { mode, space, calibration, format } = options;
  if (space !== undefined) return ownDimensions(space);
  if (mode === "weight-only")
    return groupDimensions.flatMap((dimension) => {
      const more = dimension.name === "algorithm" && calibration !== undefined ? withData : [];
      return options[dimension.name as "bits"] === undefined
        ? [{ ...dimension, values: [...dimension.values, ...more] }]
        : [];
    });
  if (mode !== undefined && mode !== "static" && mode !== "dynamic") return [];
  const modes = mode ?? (calibration === undefined ? "dynamic" : format === undefined ? undefined : modeOf(format));
  return integerDimensions.flatMap((dimension) => dimensionIn(options, modes, dimension));
}

/** What the caller wants tried; what says nothing beside some mode is not tried there. */
function ownDimensions(space: NonNullable<TuneOptions["space"]>): readonly TuningDimension[] {
  // The mode first: others depend on it.
  const names = Object.keys(space).sort((a, b) => Number(b === "mode") - Number(a === "mode"));
  return names.map((name) => {
    const when = "mode" in space ? integerDimensions.find((dimension) => dimension.name === name)?.when : undefined;
    return { name, values: space[name]!, ...(when && { when }) };
  });
}

function modeOf(format: NonNullable<TuneOptions["format"]>): "static" | "dynamic" {
  return format === "integerops" ? "dynamic" : "static";
}

/** A dimension where the mode is settled, or open (undefined). */
function dimensionIn(
  options: TuneOptions,
  mode: "static" | "dynamic" | undefined,
  { when, ...dimension }: TuningDimension,
): readonly TuningDimension[] {
  if (options[dimension.name as "mode"] !== undefined) return [];
  if (mode === undefined) return [{ ...dimension, ...(when && { when }) }];
  if (dimension.name === "mode") return [{ ...dimension, values: [mode] }];
  return when?.["mode"]?.includes(mode) === false ? [] : [dimension];
}

/**
 * Settings beside which integers are planned from one look at the float graph. Whatever else is said may change the graph,
 * or look at several under the same names.
 */
const harmless = [
  "mode",
  "format",
  "calibrator",
  "granularity",
  "weightType",
  "activationType",
  "activationScheme",
  "reduceRange",
  "target",
  "opset",
  "allowQuantized",
  "rules",
];

/** Whether what is observed for a configuration is the same for all others of which this is true. */
export function sharesSummaries(options: TuneOptions, config: TuningConfig): boolean {
  const {
    calibration: _,
    dataFolder: __,
    samples: ___,
    check: ____,
    exclude: _____,
    ...step
  } = stepOf(options, config);
  const { mode = "static" } = step;
  return (mode === "static" || mode === "dynamic") && Object.keys(step).every((name) => harmless.includes(name));
}

/** Facts that must be the same when a search goes on. */
export async function identityOf(source: OpenModel, options: TuneOptions): Promise<Identity> {
  const {
    calibration,
    evaluation,
    metric = "accuracy",
    dataFolder,
    ...fixed
  } = { ...fixedOf(options), ...judging(options) };
  const { maxDrop = 0.01, relative = true, strategy = "auto", seed = 0, space, pluginModules } = options;
  return {
    model: { sha256: await digestOf(source.files), sizeBytes: modelFacts(source).sizeBytes },
    "calibration data": calibration === undefined ? null : nameOf(calibration),
    "evaluation data": nameOf(evaluation),
    "folder of the data": dataFolder ?? null,
    metric: isMetric(metric) ? metric.name : metric,
    settings: fixed,
    goal: { maxDrop, relative, minimize: objectivesOf(options) },
    strategy,
    seed,
    space: space ?? null,
    plugins: pluginModules ?? [],
  };
}

function judging({ evaluation, metric, generate, judgedOutput, evaluationSamples, batchSize, threads }: TuneOptions) {
  return { evaluation, metric, judgedOutput, evaluationSamples, batchSize, threads, ...(generate && { generate }) };
}

/** Whether it is a metric already, with code in it. */
export function isMetric(metric: NonNullable<TuneOptions["metric"]>): metric is Metric {
  return typeof metric === "object" && "begin" in metric;
}

function nameOf(source: DataSource): unknown {
  return isDataset(source) ? { name: source.name, length: source.length ?? null } : source;
}

async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
