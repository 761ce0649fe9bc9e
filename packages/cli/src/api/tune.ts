// tersor tune: searches for the configuration of quantizing that is right enough and the smallest or fastest. The best
// model so far is on disk from the first trial on, and a search that was ended goes on from its journal.

import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  batchesOf,
  type Dataset,
  type EvaluationReport,
  type Executor,
  type Feeds,
  type Report,
  type Trial,
  type TrialOutcome,
  type TuningStrategy,
} from "@tersor/core";
import { compareEvaluations, smallSetWarning, type Evaluation } from "@tersor/evaluate";
import { explainQuantization, optionsOfMode } from "@tersor/quantize";
import { openJournal, tune as search, type Journal, type TrialJob, type TuningResult } from "@tersor/tune";
import { optionMissing, tuneNothing } from "../errors.ts";
import { dataFor, isDataset } from "./data.ts";
import { evaluationOf, fileOf } from "./evaluate.ts";
import { modelFacts, openModel, type OpenModel } from "./model.ts";
import { assertWritable, defaultOutput } from "./output.ts";
import { calibrationFor } from "./quantize.ts";
import { quantizationReport, recipeOf, settingsOf } from "./quantize-report.ts";
import { printableReport, type Printable } from "./report.ts";
import { compose, machineFacts, withExecutor } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";
import { beginSearch, type SourceFacts } from "./tuning/begin.ts";
import { measureErrors, ratioOf, type Measured } from "./tuning/diagnose.ts";
import { journalFile } from "./tuning/journal-file.ts";
import { withLock } from "./tuning/lock.ts";
import type { MeasureAnswer, TrialAnswer, TrialRequest } from "./tuning/messages.ts";
import { trialModels, type TrialModels } from "./tuning/models.ts";
import {
  identityOf,
  isMetric,
  judgingOf,
  objectivesOf,
  sharesSummaries,
  stepOf,
  type TuneOptions,
} from "./tuning/options.ts";
import { ask } from "./tuning/process.ts";
import { budgetOf, goalOf, notesOf, tuningReport } from "./tuning/report.ts";
import { measureWith, runTrial } from "./tuning/work.ts";

/** What all parts of a search work with. */
interface Search {
  readonly source: OpenModel;
  readonly options: TuneOptions;
  readonly strategy: TuningStrategy;
  readonly output: string;
  readonly models: TrialModels;
  readonly calibration: Dataset | undefined;
  readonly typical: Dataset;
  readonly feeds: Feeds;
  readonly executor: Executor;
  readonly signal: AbortSignal;
}

/**
 * Searches for the best configuration of a model, keeps the best model and reports every trial.
 * @example
 * const report = await tune("model.onnx", { calibration: "train.npz", evaluation: "dev.npz", minimize: "latencyMs" });
 * @throws TERSOR_TUNE_NOTHING when no trial gave a model; TUNE_JOURNAL_OTHER, TUNE_JOURNAL_DAMAGED; what opening and
 * judging the source throws. A missed goal is no error: `report.goal.met` tells.
 */
export async function tune(model: string, options: TuneOptions): Promise<Printable<Report>> {
  if (options.evaluation === undefined) throw optionMissing("evaluation", "configurations are judged on labelled data");
  const output = options.output ?? defaultOutput(model, "tuned");
  const journalPath = options.journal ?? `${output}.tuning.jsonl`;
  assertWritable(model, output, (options.force ?? false) || existsSync(journalPath));
  const clock = stopwatch();
  const tersor = compose(options);
  const strategy = tersor.tunings.get(options.strategy ?? "auto");
  const source = await openModel(model, tersor, options.onProgress);
  const calibration = await calibrationFor(options, source, tersor);
  const typical = await dataFor(options.evaluation, { graph: source.graph, tersor, folder: options.dataFolder });
  return withExecutor(options, async (executor) => {
    const models = trialModels(journalPath, output);
    const { signal = new AbortController().signal } = options;
    const feeds = await firstOf(typical);
    const job: Search = { source, options, strategy, output, models, calibration, typical, feeds, executor, signal };
    clock.lap("read");
    const journal = await openJournal(journalFile(journalPath), await identityOf(source, options), () => begin(job));
    clock.lap("begin");
    const result = await explain(job, await run(job, journal));
    clock.lap("tune");
    const report = await reportOf(job, journal, result, journalPath);
    models.clear();
    return printableReport({ ...report, seconds: clock.laps() });
  });
}

async function firstOf(dataset: Dataset): Promise<Feeds> {
  for await (const feeds of batchesOf(dataset, { batchSize: 1, samples: 1 })) return feeds;
  return {};
}

function begin(job: Search) {
  const { source, options, strategy, feeds, signal } = job;
  const measureSource = (model: string) => measured(job, model, signal);
  return beginSearch({
    source,
    options,
    strategy,
    feeds,
    measure: measureSource,
    tools: toolsOf(job),
    common: commonOf(job),
  });
}

function toolsOf(job: Search): Measured {
  const { source, options, executor, calibration, typical, feeds, models, signal } = job;
  const { memory } = models;
  const alone = <T>(work: () => Promise<T>): Promise<T> => withLock(LOCK, signal, work);
  return { graph: source.graph, options, executor, calibration, typical, feeds, memory, common: commonOf(job), alone };
}

/** The options that every call takes, with the executor of this search. */
function commonOf({ options: { plugins, onProgress }, executor, signal }: Search) {
  // The executor keeps to the limit of memory already.
  return { executor, signal, ...(plugins && { plugins }), ...(onProgress && { onProgress }) };
}

/** What needs the machine to itself holds this, whichever process it is of. */
const LOCK = join(tmpdir(), "tersor-measure.lock");

async function run(job: Search, journal: Journal): Promise<TuningResult> {
  const { options, strategy, models, signal } = job;
  const { seed = 0, trialMinutes = 10, concurrency = await coresToUse(), onProgress } = options;
  const budget = budgetOf(options);
  let done = 0;
  const alone = objectivesOf(options).some((name) => name !== "sizeBytes");
  const result = await search({
    strategy,
    journal,
    seed,
    budget,
    concurrency,
    trialTimeoutMs: trialMinutes * 60_000,
    signal,
    runTrial: (trial, stop) => runOne(job, journal, trial, stop),
    ...(alone && { measure: (trial: TrialJob, stop: AbortSignal) => measureOne(job, journal, trial, stop) }),
    onTrial: async ({ index }, isBest) => {
      if (isBest) await models.keep(index);
      else models.drop(index);
      onProgress?.({ stage: "tune", done: ++done, total: budget.trials });
    },
  });
  // What was found stays where it is, and so does the journal.
  if (result.ended === "stopped") signal.throwIfAborted();
  return result;
}

async function coresToUse(): Promise<number> {
  const { allowedCores } = await import("@tersor/evaluate");
  return Math.max(1, Math.min(4, allowedCores().length));
}

async function runOne(job: Search, journal: Journal, trial: TrialJob, stop: AbortSignal): Promise<TrialOutcome> {
  const { source, options, models } = job;
  const { index, config } = trial;
  const request: TrialRequest = {
    kind: "trial",
    model: source.path,
    quantize: { ...stepOf(options, config), output: models.begin(index) },
    evaluate: judgingOf(options),
    ...(sharesSummaries(options, config) && { memory: { folder: models.memory } }),
    plugins: options.pluginModules ?? [],
    ...(options.memoryLimitBytes !== undefined && { memoryLimitBytes: options.memoryLimitBytes }),
  };
  try {
    const answer = await (canClone(options) ? ask(request, stop) : runTrial(request, commonOfTrial(options, stop)));
    await models.settle(index);
    return outcomeOf(answer, journal.facts as SourceFacts);
  } catch (error) {
    models.drop(index);
    throw error;
  }
}

/** Whether another process can be told what a trial is: objects with code in them stay in this one. */
function canClone({
  calibration = "",
  evaluation,
  metric = "",
  executor,
  plugins = [],
  pluginModules,
}: TuneOptions): boolean {
  const plain = !isDataset(calibration) && !isDataset(evaluation) && !isMetric(metric);
  return plain && executor === undefined && (plugins.length === 0 || pluginModules !== undefined);
}

/** A trial in this process has an executor of its own, unless the caller has given one: ending it ends only this trial. */
function commonOfTrial({ executor, plugins, memoryLimitBytes }: TuneOptions, signal: AbortSignal) {
  const limit = memoryLimitBytes === undefined ? {} : { memoryLimitBytes };
  return { signal, ...limit, ...(executor && { executor }), ...(plugins && { plugins }) };
}

function outcomeOf({ metric, correct, sizeBytes }: TrialAnswer, facts: SourceFacts): TrialOutcome {
  const evaluation = compareEvaluations(judged(facts.fp32, facts.correct), judged(metric, correct));
  return { metric: metric.value, objectives: { sizeBytes }, evaluation };
}

/** An evaluation from what the journal keeps of it. */
function judged(metric: SourceFacts["fp32"], correct: string): Evaluation {
  return { ...metric, verdicts: Array.from(correct, (digit) => ({ prediction: NaN, correct: digit === "1" })) };
}

async function measureOne(job: Search, journal: Journal, { index, config }: TrialJob, stop: AbortSignal) {
  const { models, output } = job;
  // A model that waits is in its folder; the one that was kept already is the output.
  if (models.pathOf(index) === undefined && !existsSync(output)) await runOne(job, journal, { index, config }, stop);
  const { pair, memoryBytes } = await measured(job, models.pathOf(index) ?? output, stop);
  const reference = journal.search.goal.referenceObjectives.latencyMs ?? pair.fp32.wallMs.p50;
  return { latencyMs: reference / ratioOf(pair, job.options).value, ...(memoryBytes !== undefined && { memoryBytes }) };
}

function measured(
  { source, options, feeds, executor }: Search,
  model: string,
  signal: AbortSignal,
): Promise<MeasureAnswer> {
  const { threads = 1 } = options;
  return withLock(LOCK, signal, () =>
    options.executor === undefined
      ? ask({ kind: "measure", source: source.path, model, feeds, threads }, signal)
      : measureWith(executor, { source: source.path, model, feeds, threads, signal }),
  );
}

/** When nothing met the goal, it is known what each operator errs. */
async function explain(job: Search, result: TuningResult): Promise<TuningResult> {
  const { search: found, best, met } = result;
  const known = found.nodes.some(({ outputError, networkError }) => (outputError ?? networkError) !== undefined);
  if (met || best === undefined || known) return result;
  const { outputError } = await measureErrors(toolsOf(job), best.config, found.nodes, ["outputError"]);
  const nodes = found.nodes.map((node) => ({ ...node, outputError: outputError.get(node.name) ?? 0 }));
  return { ...result, search: { ...found, nodes } };
}

async function reportOf(
  job: Search,
  journal: Journal,
  result: TuningResult,
  journalPath: string,
): Promise<Omit<Report, "seconds">> {
  const { source, options, strategy, output, executor } = job;
  const { best } = result;
  if (best === undefined) throw tuneNothing(result.trials.flatMap(({ failure }) => failure ?? []));
  if (!existsSync(output)) await remake(job, journal, best);
  const { mode = options.calibration === undefined ? "dynamic" : "static", ...rest } = stepOf(options, best.config);
  const step = optionsOfMode({ ...settingsOf(rest), mode });
  const evaluation = await evaluationOfBest(job, best);
  return {
    version: 1,
    command: "tune",
    model: modelFacts(source),
    output: [fileOf(await openModel(output, compose(options)))],
    machine: await machineFacts(executor),
    quantization: quantizationReport(
      explainQuantization(source.graph, step, { roundings: compose(options).roundings.list() }),
      step.mode,
      step.format,
    ),
    evaluation,
    goal: goalOf(result, evaluation),
    tuning: tuningReport(result, strategy.name, options),
    recipe: recipeOf(source.path, output, step, options),
    notes: notesOf(result, journalPath),
    warnings: warningsOf(evaluation, result),
  };
}

/** Whether the data can show what the goal is about. */
function warningsOf({ int8, difference }: EvaluationReport, { search: { goal } }: TuningResult): readonly string[] {
  const warning = smallSetWarning(int8, goal, difference);
  return warning === undefined ? [] : [warning];
}

/** The output is gone: somebody took it away. What made it is written down, and makes it again. */
async function remake(job: Search, journal: Journal, { index, config }: Trial): Promise<void> {
  await runOne(job, journal, { index, config }, job.signal);
  await job.models.keep(index);
}

/** The metric beside the source's; one that is no proportion is judged again, as its intervals need all samples at once. */
async function evaluationOfBest(job: Search, { outcome }: Trial): Promise<EvaluationReport> {
  const { source, options, output } = job;
  const known = outcome?.evaluation;
  if (known?.int8.correct !== undefined) return known;
  const how = { ...judgingOf(options), ...commonOf(job) };
  return compareEvaluations(await evaluationOf(source.path, how), await evaluationOf(output, how));
}
