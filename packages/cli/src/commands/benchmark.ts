// tersor benchmark <model> [candidate]

import { Command } from "commander";
import { renderTerminal } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import { answer, withPlugins, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { dataHelp, dataSource, withData, wholeNumber, wholeNumberOrZero, type DataFlags } from "./data-flags.ts";

interface Flags extends OutputFlags, DataFlags {
  readonly data?: string;
  readonly batch?: number;
  readonly threads?: number;
  readonly warmup?: number;
  readonly iterations?: number;
  readonly instances?: number;
  readonly coresPerInstance?: number;
}

const examples = `
Examples:
  Both models by turns, one thread
    $ tersor benchmark model.onnx model.qdq.onnx

  With inputs of a certain size
    $ tersor benchmark model.onnx model.qdq.onnx --dim sequence=128 --batch 8

  What a server gets out of a machine: four processes at once, each on two cores of its own
    $ tersor benchmark model.onnx model.qdq.onnx --instances 4 --cores-per-instance 2
`;

/** The command `benchmark`. */
export function benchmarkCommand(context: Context): Command {
  const command = new Command("benchmark")
    .summary("measure how fast a model is, or two by turns")
    .description(
      "Measures latency (percentiles, wall and CPU time) and throughput after a warm-up. Two models take turns, so that a machine that slows down slows both.",
    )
    .argument("<model>", "the model, or the source of the second one")
    .argument("[candidate]", "a model made from it")
    .option("-d, --data <data>", `inputs, of which the first batch is taken (default: "random"): ${dataHelp}`)
    .option("--batch <n>", "samples per run (default: 1)", wholeNumber)
    .option("--threads <n>", "threads of one run; 0: as many as there are cores (default: 1)", wholeNumberOrZero)
    .option("--warmup <n>", "runs before the first that counts (default: 5)", wholeNumberOrZero)
    .option("--iterations <n>", "runs that count, of each model (default: 50)", wholeNumber)
    .option("--instances <n>", "measure this many processes at once", wholeNumber)
    .option("--cores-per-instance <n>", "cores, and threads, of each process (default: 1)", wholeNumber);
  return withPlugins(withReport(withData(command)))
    .addHelpText("after", examples)
    .action((model: string, candidate: string | undefined, flags: Flags) =>
      answer(context, flags, (_, common) => run(model, candidate, flags, common)),
    );
}

async function run(model: string, candidate: string | undefined, flags: Flags, common: CommonOptions): Promise<Answer> {
  const { benchmark } = await import("../api/benchmark.ts");
  const { batch, threads, warmup, iterations, instances, coresPerInstance } = flags;
  const report = await benchmark(model, {
    ...common,
    data: await dataSource(flags.data ?? "random", flags),
    ...(candidate !== undefined && { candidate }),
    ...(batch !== undefined && { batchSize: batch }),
    ...(threads !== undefined && { threads }),
    ...(warmup !== undefined && { warmup }),
    ...(iterations !== undefined && { iterations }),
    ...(instances !== undefined && { instances }),
    ...(coresPerInstance !== undefined && { coresPerInstance }),
  });
  return { data: report, text: (looks) => renderTerminal(report, looks) };
}
