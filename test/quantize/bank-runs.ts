// Quantizes a model of the bank and measures the result on its stored outputs, as the incumbent's figures were made:
// calibrated on its own samples and on the inputs of both test sets, SQNR per output over both sets together.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Batches, Dataset, Executor, Feeds, Graph, Tensor } from "@tersor/core";
import { castTo, npz, testDataFolder } from "@tersor/data";
import { createComparison, type Comparison } from "@tersor/evaluate";
import { modelBytes, readModel } from "@tersor/onnx";
import { quantizeGraph, type QuantizationOptions } from "@tersor/quantize";
import { modelFile } from "../inference/bank.ts";

export const modes = ["dynamic", "qdq", "qoperator"] as const;
export type Mode = (typeof modes)[number];

const optionsOf: Readonly<Record<Mode, QuantizationOptions>> = {
  dynamic: { mode: "dynamic" },
  qdq: { mode: "static", format: "qdq" },
  qoperator: { mode: "static", format: "qoperator" },
};

/** What became of one model in one mode. */
export interface BankRun {
  readonly model: string;
  readonly mode: Mode;
  readonly bytes: number;
  /** Operators that compute on or are stored as integers. */
  readonly quantized: number;
  /** Smallest SQNR over the float outputs, in dB; infinite where there is none. */
  readonly sqnr: number;
  readonly nonFinite: number;
  /** The outputs are lists of what was found: their lengths and order change with the scores. */
  readonly isList: boolean;
}

/** A bank model with its data. */
export interface BankModel {
  readonly name: string;
  readonly graph: Graph;
  readonly calibration: Batches;
  readonly tests: Dataset;
}

export async function bankModel(name: string): Promise<BankModel> {
  const graph = await readModel(modelFile(name));
  const inputs = graph.inputs.filter((input) => !graph.weights.has(input.name));
  const folder = dirname(modelFile(name));
  const names = { inputs: inputs.map((input) => input.name), outputs: graph.outputs.map((output) => output.name) };
  const tests = castTo(testDataFolder(folder, names), inputs);
  const own = castTo(npz(join(folder, "calib.npz")), inputs);
  return { name, graph, tests, calibration: { [Symbol.asyncIterator]: () => feedsOf([own, tests]) } };
}

async function* feedsOf(sets: readonly Dataset[]): AsyncGenerator<Feeds> {
  for (const set of sets) for await (const { feeds } of set) yield feeds;
}

export async function quantizeAndRun(executor: Executor, model: BankModel, mode: Mode): Promise<BankRun> {
  const { calibration, name } = model;
  const { graph, plan } = await quantizeGraph(model.graph, optionsOf[mode], { executor, calibration });
  const quantized = plan.nodes.filter(({ decision }) => decision === "quantized").length;
  const comparisons = await compareStored(executor, graph, model.tests);
  const summaries = comparisons.map((comparison) => comparison.summary());
  const floats = summaries.filter((summary) => summary?.kind === "float");
  return {
    model: name,
    mode,
    bytes: (await modelBytes(graph)).length,
    quantized,
    sqnr: Math.min(...floats.map(({ sqnrDb }) => sqnrDb)),
    nonFinite: floats.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
    isList: graph.nodes.some(({ op }) => op === "NonMaxSuppression" || op === "TopK"),
  };
}

/** The smallest SQNR over the float outputs of both sets, in dB. */
export async function sqnrOnTests(executor: Executor, graph: Graph, tests: Dataset): Promise<number> {
  const found = (await compareStored(executor, graph, tests)).map((comparison) => comparison.summary());
  return Math.min(...found.map((summary) => (summary?.kind === "float" ? summary.sqnrDb : Infinity)));
}

/** Smallest SQNR over the float outputs, in dB, of a model quantized with these options. */
export async function sqnrOfQuantized(
  executor: Executor,
  model: BankModel,
  options: QuantizationOptions,
): Promise<number> {
  const { graph } = await quantizeGraph(model.graph, options, { executor, calibration: model.calibration });
  const summaries = (await compareStored(executor, graph, model.tests)).map((comparison) => comparison.summary());
  return Math.min(...summaries.flatMap((summary) => (summary?.kind === "float" ? [summary.sqnrDb] : [])));
}

/** A comparison for each output over both sets; outputs whose shape depends on the values are left out where it differs. */
async function compareStored(executor: Executor, graph: Graph, tests: Dataset): Promise<readonly Comparison[]> {
  const comparisons = new Map<string, Comparison>();
  const executable = await executor.compile(graph);
  for await (const { feeds, outputs } of tests) {
    const results = await executable.run(feeds);
    for (const [name, stored] of Object.entries(outputs ?? {}))
      if (sameShape(stored, results[name])) comparisonOf(comparisons, name).update(stored, results[name]!);
  }
  await executable.dispose();
  return [...comparisons.values()];
}

function comparisonOf(comparisons: Map<string, Comparison>, name: string): Comparison {
  const known = comparisons.get(name) ?? createComparison();
  comparisons.set(name, known);
  return known;
}

function sameShape(a: Tensor, b: Tensor | undefined): boolean {
  return a.shape.join() === b?.shape.join();
}

/** What the incumbent reached: bytes by model and mode, undefined where it made no file. */
export function incumbentBytes(): (model: string, mode: Mode) => number | undefined {
  const [head, ...rows] = readFileSync(join(process.env["TERSOR_BANK"] ?? "", "arch-baseline.csv"), "utf8")
    .trim()
    .split("\n")
    .map(cellsOf);
  const columns = { dynamic: "dyn_raw_bytes", qdq: "qdq_raw_bytes", qoperator: "qop_raw_bytes" };
  const byModel = new Map(rows.map((row) => [row[0]!, row]));
  return (model, mode) => Number(byModel.get(model)?.[head!.indexOf(columns[mode])] ?? "") || undefined;
}

/** Cells of a line of CSV (RFC 4180) without quotes inside of quotes. */
function cellsOf(line: string): readonly string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g), ([, quoted, plain]) => quoted ?? plain ?? "");
}
