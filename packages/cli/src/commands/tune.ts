// tersor tune <model>

import { Command, InvalidArgumentError, Option } from "commander";
import type { TuningObjective } from "@tersor/core";
import { renderTerminal } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import type { TuneOptions } from "../api/tuning/options.ts";
import { exitCodes } from "../terminal/exit-code.ts";
import { answer, collect, withPlugins, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { dataHelp, dataSource, withData, wholeNumber, wholeNumberOrZero, type DataFlags } from "./data-flags.ts";
import { loadingText } from "./loading.ts";

interface Flags extends OutputFlags, DataFlags, Omit<Settings, "samples"> {
  readonly data: string;
  readonly calibration?: string;
  readonly absolute?: true;
  readonly objective?: readonly TuningObjective[];
  readonly batch?: number;
}

const examples = `
Examples:
  The smallest INT8 model that loses at most 1 % of the accuracy
    $ tersor tune model.onnx --data dev.tsv --calibration train.tsv --column sentence --label label

  The fastest one that loses at most half a point, in a quarter of an hour
    $ tersor tune model.onnx --data dev.npz --calibration train.npz --max-drop 0.005 --absolute --objective latency --minutes 15

  All of the trade-off between accuracy, time and size, as a page
    $ tersor tune model.onnx --data dev.npz --calibration train.npz --strategy pareto --objective latency,size --report tuning.html

A search that was ended goes on when the same command is given again; the best model so far is at the output at any time.
`;

/** The command `tune`. */
export function tuneCommand(context: Context): Command {
  const command = new Command("tune")
    .summary("search for the best quantized model that is right enough")
    .description(
      "Tries configurations of quantizing, judges each on labelled data, and keeps the best one: right enough, and the smallest or fastest. Every trial is written to a journal; a missed goal gives exit code 3, with the nearest model kept.",
    )
    .argument("<model>", "the model, in any format that is known (see tersor convert)")
    .requiredOption("-d, --data <data>", `labelled samples to judge on: ${dataHelp}`)
    .option("-c, --calibration <data>", "typical inputs without labels, as --data; static quantization needs them")
    .option("-o, --output <file>", "where the result goes (default: <name>.tuned.onnx beside the model)")
    .option("-f, --force", "replace an output that exists");
  withGoal(command);
  withSearch(command);
  withFixed(withData(command));
  return withPlugins(withReport(command))
    .addHelpText("after", examples)
    .action((model: string, flags: Flags) => answer(context, flags, (_, common) => run(model, flags, common)));
}

function withGoal(command: Command): Command {
  return command
    .optionsGroup("About the goal:")
    .option("-m, --metric <name>", "accuracy, top-<k>, another metric by name, or a plugin's (default: accuracy)")
    .option("--judged-output <name>", "the output to judge (default: the model's first)")
    .option("--evaluation-samples <n>", "judge on at most this many samples", wholeNumber)
    .option("--batch <n>", "samples per run of the evaluation (default: 1)", wholeNumber)
    .option("--max-drop <share>", "most that the metric may get worse (default: 0.01)", share)
    .option("--absolute", "the drop is in the metric's own unit, not a share of the source's value")
    .option("--objective <list>", "what to make small: latency, size, memory, or several with commas", objectives);
}

function withSearch(command: Command): Command {
  return command
    .optionsGroup("About the search:")
    .option(
      "--strategy <name>",
      "auto (default), basic, conservative, mse, mse_v2, bayesian, tpe, random, exhaustive, pareto, or a plugin's",
    )
    .option("--trials <n>", "most configurations to try (default: 50)", wholeNumber)
    .option("--minutes <n>", "most minutes, over all sessions; running trials are ended then", minutes)
    .option("--trial-minutes <n>", "a trial that takes longer has failed (default: 10)", minutes)
    .option("--concurrency <n>", "trials that run at once (default: as many as cores, at most 4)", wholeNumber)
    .option("--threads <n>", "threads of each trial; 0: as many as there are cores (default: 1)", wholeNumberOrZero)
    .option("--seed <n>", "seed of strategies that draw (default: 0)", wholeNumberOrZero)
    .option(
      "--journal <file>",
      "where trials are written, and where the search goes on (default: <output>.tuning.jsonl)",
    );
}

function withFixed(command: Command): Command {
  return command
    .optionsGroup("What is not searched but fixed:")
    .addOption(new Option("--mode <mode>", "only this mode").choices(["static", "dynamic", "weight-only"]))
    .option("--calibrator <name>", "only this calibrator")
    .addOption(new Option("--granularity <how>", "only this one").choices(["per-channel", "per-tensor"]))
    .option("--target <machines>", "machines the result is for (default: portable)")
    .option("--exclude <pattern>", "leave operators float in all trials, as for quantize (repeatable)", collect);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be a number from 0 up, such as 0.01.");
}

function minutes(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}

const objectiveNames: Readonly<Record<string, TuningObjective>> = {
  latency: "latencyMs",
  size: "sizeBytes",
  memory: "memoryBytes",
};

function objectives(text: string): readonly TuningObjective[] {
  return text.split(",").map((name) => {
    const objective = Object.hasOwn(objectiveNames, name.trim()) ? objectiveNames[name.trim()] : undefined;
    if (objective === undefined) throw new InvalidArgumentError(`It takes ${Object.keys(objectiveNames).join(", ")}.`);
    return objective;
  });
}

async function run(model: string, flags: Flags, common: CommonOptions): Promise<Answer> {
  const { tune } = await import("../api/tune.ts");
  const report = await tune(model, await optionsOf(flags, common));
  const [file] = report.output;
  return {
    data: report,
    text: (looks) => `${renderTerminal(report, looks)}${file ? loadingText(file, looks) : ""}`,
    exitCode: report.goal?.met === false ? exitCodes.failed : exitCodes.ok,
  };
}

async function optionsOf(flags: Flags, common: CommonOptions): Promise<TuneOptions> {
  const { data, calibration, absolute, objective, batch, plugin = [] } = flags;
  // Labels are of what is judged; calibration has no use for them.
  const { label: _, labels: __, classes: ___, ...unlabelled } = flags;
  return {
    ...common,
    ...settingsOf(flags),
    evaluation: await dataSource(data, flags),
    ...(calibration !== undefined && { calibration: await dataSource(calibration, unlabelled) }),
    ...(absolute && { relative: false }),
    ...(objective && { minimize: objective }),
    ...(batch !== undefined && { batchSize: batch }),
    pluginModules: plugin,
  };
}

/** The flags that are options of the call under the same name. */
const settings = [
  "output",
  "force",
  "samples",
  "metric",
  "judgedOutput",
  "evaluationSamples",
  "maxDrop",
  "strategy",
  "trials",
  "minutes",
  "trialMinutes",
  "concurrency",
  "threads",
  "seed",
  "journal",
  "mode",
  "calibrator",
  "granularity",
  "target",
  "exclude",
] as const satisfies readonly (keyof TuneOptions)[];

type Settings = Pick<TuneOptions, (typeof settings)[number]>;

function settingsOf(flags: Settings): Settings {
  return Object.fromEntries(settings.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
}
