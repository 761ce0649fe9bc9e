// tersor compare <model> <candidate>

import { Command, InvalidArgumentError } from "commander";
import type { CommonOptions } from "../api/session.ts";
import { exitCodes } from "../terminal/exit-code.ts";
import { answer, withPlugins, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { isPage } from "./report-file.ts";
import { dataHelp, dataSource, withData, type DataFlags } from "./data-flags.ts";

interface Flags extends OutputFlags, DataFlags {
  readonly data?: string;
  readonly tensors?: true;
  readonly profile?: true;
  readonly minSqnr?: number;
}

const examples = `
Examples:
  What changed, and how far the outputs are apart on made-up inputs
    $ tersor compare model.onnx model.qdq.onnx

  The same on real inputs, and inside: which tensor loses most
    $ tersor compare model.onnx model.qdq.onnx --data calibration.npz --tensors

  In a script: exit code 3 when an output has less than 20 dB
    $ tersor compare model.onnx model.qdq.onnx --data calibration.npz --min-sqnr 20 --quiet
`;

/** The command `compare`. */
export function compareCommand(context: Context): Command {
  const command = new Command("compare")
    .summary("show what changed between two models, and how far their outputs are apart")
    .description("Compares operators, weights and interface of two models, then runs both on the same inputs.")
    .argument("<model>", "the source")
    .argument("<candidate>", "a model made from it")
    .option("-d, --data <data>", `inputs that both run (default: "random"): ${dataHelp}`)
    .option("--tensors", "compare inner tensors too: error by layer and by weight, worst first")
    .option("--profile", "time the operators of both, as the runtime runs them")
    .option("--min-sqnr <dB>", "least signal-to-noise ratio of every output (default: 10)", decibels);
  return withPlugins(withReport(withData(command)))
    .addHelpText("after", examples)
    .action((model: string, candidate: string, flags: Flags) =>
      answer(context, flags, (_, common) => run(model, candidate, flags, common)),
    );
}

function decibels(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number of decibels.");
}

async function run(model: string, candidate: string, flags: Flags, common: CommonOptions): Promise<Answer> {
  const { compare, compareText } = await import("../api/compare.ts");
  const { samples, tensors = false, profile = false, minSqnr } = flags;
  const report = await compare(model, candidate, {
    ...common,
    data: await dataSource(flags.data ?? "random", flags),
    diagnose: tensors || isPage(flags.report),
    profile: profile || isPage(flags.report),
    ...(samples !== undefined && { samples }),
    ...(minSqnr !== undefined && { minSqnrDb: minSqnr }),
  });
  return {
    data: report,
    text: (looks) => compareText(report, looks),
    exitCode: report.check?.ok === false ? exitCodes.failed : exitCodes.ok,
  };
}
