// tersor evaluate <model> [candidate]

import { Command } from "commander";
import { renderTerminal } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import { answer, withPlugins, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { dataHelp, dataSource, withData, wholeNumber, wholeNumberOrZero, type DataFlags } from "./data-flags.ts";

interface Flags extends OutputFlags, DataFlags {
  readonly data: string;
  readonly metric: string;
  readonly output?: string;
  readonly batch?: number;
  readonly threads?: number;
}

const examples = `
Examples:
  The share of right answers, before and after
    $ tersor evaluate model.onnx model.qdq.onnx --data dev.tsv --column sentence --label label

  Top-5 on a folder of images, one subfolder per class
    $ tersor evaluate model.onnx --data val/ --preprocessing imagenet --metric top-5
`;

/** The command `evaluate`. */
export function evaluateCommand(context: Context): Command {
  const command = new Command("evaluate")
    .summary("measure how right a model is, or two on the same samples")
    .description(
      "Judges a model on labelled data. With a second model, both see the same samples, and the change comes with its confidence interval and a test.",
    )
    .argument("<model>", "the model, or the source of the second one")
    .argument("[candidate]", "a model made from it")
    .requiredOption("-d, --data <data>", `labelled samples: ${dataHelp}`)
    .option("-m, --metric <name>", "accuracy, top-<k>, another metric by name, or a plugin's", "accuracy")
    .option("--output <name>", "the output to judge (default: the model's first)")
    .option("--batch <n>", "samples per run (default: 1)", wholeNumber)
    .option("--threads <n>", "threads of one run; 0: as many as there are cores (default: 0)", wholeNumberOrZero);
  return withPlugins(withReport(withData(command)))
    .addHelpText("after", examples)
    .action((model: string, candidate: string | undefined, flags: Flags) =>
      answer(context, flags, (_, common) => run(model, candidate, flags, common)),
    );
}

async function run(model: string, candidate: string | undefined, flags: Flags, common: CommonOptions): Promise<Answer> {
  const { evaluate } = await import("../api/evaluate.ts");
  const { metric, output, samples, batch, threads } = flags;
  const report = await evaluate(model, {
    ...common,
    data: await dataSource(flags.data, flags),
    metric,
    ...(candidate !== undefined && { candidate }),
    ...(output !== undefined && { output }),
    ...(samples !== undefined && { samples }),
    ...(batch !== undefined && { batchSize: batch }),
    ...(threads !== undefined && { threads }),
  });
  return { data: report, text: (looks) => renderTerminal(report, looks) };
}
