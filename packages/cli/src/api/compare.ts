// tersor compare: what changed from one model to another, and how far their outputs are apart.

import { batchesOf, take, type CheckResult, type Dataset, type Executor, type Graph, type Report } from "@tersor/core";
import {
  checkModel,
  compareInspections,
  diagnose,
  listOutputs,
  renderDifference,
  renderTerminal,
  type ModelDifference,
  type TerminalOptions,
} from "@tersor/evaluate";
import { dataFor, type DataSource } from "./data.ts";
import { profileOf } from "./diagnose.ts";
import { fileOf } from "./evaluate.ts";
import { inspectionOf } from "./inspect.ts";
import { inputsOf, modelFacts, openCandidate, openModel, type ModelFile, type OpenModel } from "./model.ts";
import { printable, type Printable } from "./report.ts";
import { compose, machineFacts, stopOption, withExecutor, type CommonOptions } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";

/** How to compare. */
export interface CompareOptions extends CommonOptions {
  /** Inputs that both models run. Default "random". */
  readonly data?: DataSource;
  /** Most samples. Default 8. */
  readonly samples?: number;
  /** Compare inner tensors too. */
  readonly tensors?: boolean;
  /** Look into the candidate: errors by tensor and weight, distributions. Default not. */
  readonly diagnose?: boolean;
  /** Time the operators of both with the runtime's profiler. Default not. */
  readonly profile?: boolean;
  /** An output below this is told as falling short, in dB. Default 10. */
  readonly minSqnrDb?: number;
}

/** A report with what changed in the files; nothing is said of a candidate that can only be run (TensorFlow Lite). */
export type CompareReport = Printable<Report & { readonly difference?: ModelDifference }>;

const SAMPLES = 8;
/** Samples that a diagnosis runs. */
const DIAGNOSED = 4;

/**
 * Compares two models: operators, weights, interface, and their outputs on the same inputs.
 * @example console.log((await compare("model.onnx", "model.qdq.onnx", { data: "calibration.npz" })).toString());
 */
export async function compare(
  reference: string,
  candidate: string,
  options: CompareOptions = {},
): Promise<CompareReport> {
  const clock = stopwatch();
  const tersor = compose(options);
  const [before, after] = [
    await openModel(reference, tersor, options.onProgress),
    await openCandidate(candidate, tersor, options.onProgress),
  ];
  const difference = after.graph && compareInspections(inspectionOf(before.graph), inspectionOf(after.graph));
  const data = await dataFor(options.data ?? "random", { graph: before.graph, tersor });
  clock.lap("read");
  return withExecutor(options, async (executor) => {
    const runs = runnable(before, after);
    const check = runs ? await run(executor, before, after, data, options) : undefined;
    const looks = runs ? await lookInto(executor, before, after, data, options) : {};
    clock.lap("compare");
    const report = {
      version: 1 as const,
      command: "compare",
      model: modelFacts(before),
      output: [fileOf(after)],
      machine: await machineFacts(executor),
      ...(check && { check }),
      ...looks,
      notes: [
        ...(difference ? [] : [`"${candidate}" can only be run, so nothing is said of what is in it.`]),
        ...notesOf(check, data),
      ],
      warnings: warningsOf(check, before, after),
      seconds: clock.laps(),
      ...(difference && { difference }),
    };
    return printable(report, (it) => compareText(it));
  });
}

/** The report as text: what changed in the files goes first. */
export function compareText(
  report: Report & { readonly difference?: ModelDifference },
  looks?: TerminalOptions,
): string {
  const { difference } = report;
  return `${difference ? `${renderDifference(difference, looks)}\n` : ""}${renderTerminal(report, looks)}`;
}

/** Whether both take the same inputs by name; one that can only be run is asked when it runs. */
function runnable({ graph: before }: OpenModel, { graph: after }: ModelFile): boolean {
  const names = (graph: Graph) =>
    inputsOf(graph)
      .map(({ name }) => name)
      .sort()
      .join("\n");
  return after === undefined || names(before) === names(after);
}

function run(
  executor: Executor,
  { path: reference, graph }: OpenModel,
  { path: candidate, graph: other }: ModelFile,
  data: Dataset,
  options: CompareOptions,
): Promise<CheckResult> {
  const { samples = SAMPLES, tensors = false, minSqnrDb, onProgress } = options;
  const made = new Set(other?.nodes.flatMap(({ outputs }) => outputs));
  const shared = graph.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== "" && made.has(name));
  return checkModel({
    executor,
    reference: { file: reference },
    candidate: { file: candidate },
    batches: batchesOf(take(data, samples), { batchSize: 1 }),
    diagnose: other === undefined ? false : { reference: graph, candidate: other },
    ...(tensors && { tap: shared }),
    ...(minSqnrDb !== undefined && { minSqnrDb }),
    ...stopOption(options),
    onBatch: (done) => onProgress?.({ stage: "compare", done }),
  });
}

/** The parts that were asked for. */
async function lookInto(
  executor: Executor,
  before: OpenModel,
  after: ModelFile,
  data: Dataset,
  options: CompareOptions,
): Promise<Partial<Report>> {
  const { diagnose: deep = false, profile = false, samples = DIAGNOSED } = options;
  const batches = batchesOf(take(data, samples), { batchSize: 1 });
  const found =
    deep && after.graph
      ? await diagnose({
          executor,
          reference: before.graph,
          candidate: after.graph,
          batches,
          samples,
          ...stopOption(options),
        })
      : {};
  const times =
    profile && after.graph ? await profileOf(executor, { file: before.path }, { file: after.path }, data, options) : {};
  return { ...found, ...times };
}

/** Outputs go by name: where the candidate has other names, a check that passes has said nothing of them. */
function warningsOf(check: CheckResult | undefined, { graph }: OpenModel, after: ModelFile): readonly string[] {
  const lists = listOutputs(graph);
  const loose = (check?.outputs ?? []).filter(({ kind, name }) => kind === "not-comparable" && !lists.has(name));
  if (loose.length === 0) return [];
  const names = loose.map(({ name }) => `"${name}"`).join(", ");
  return [`Of ${names} nothing was compared with "${after.path}"; the check says nothing of them.`];
}

function notesOf(check: CheckResult | undefined, data: Dataset): readonly string[] {
  if (check === undefined) return ["The models take different inputs, so they were not run."];
  return data.name === "random" ? ["The inputs were made up; give typical ones with --data."] : [];
}
