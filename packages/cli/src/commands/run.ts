// tersor run <recipe or suite folder>

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { renderTerminal } from "@tersor/evaluate";
import type { CommonOptions } from "../api/session.ts";
import { exitCodes } from "../terminal/exit-code.ts";
import { answer, withPlugins, withReport, type Answer, type Context, type OutputFlags } from "./answer.ts";
import { loadingText } from "./loading.ts";
import { recipePlugins } from "./plugins.ts";
import { runRows, withRows, type RowFlags } from "./run-rows.ts";
import { isPage } from "./report-file.ts";

interface Flags extends OutputFlags, RowFlags {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly diagnose?: boolean;
}

const examples = `
A recipe (docs/recipe.md has all of it):
  version: 1
  model: model.onnx
  data:
    calibration: { text: train.tsv, tokenizer: tokenizer.json, column: sentence, samples: 128 }
    evaluation: { text: dev.tsv, tokenizer: tokenizer.json, column: sentence, label: label }
  metric: accuracy
  steps:
    - quantize: { mode: static, rules: [{ op: Softmax, precision: float }] }
  goal: { maxDrop: 0.01 }

Rows of a suite:
  $ tersor run examples/onnx --row validated-onnx/5               the model and data of a row, as published
  $ tersor run examples/onnx --all --stand-in --jobs 2 --json     every row on made-up weights and data, a line each
`;

/** The command `run`. */
export function runCommand(context: Context): Command {
  const command = new Command("run")
    .summary("run a recipe: quantize, evaluate, hold against a goal; or rows of a suite")
    .description(
      "Runs a recipe. Paths in it start from its own folder. Where it names evaluation data, source and result are judged on them; a missed goal gives exit code 3. Of a suite, a folder with suite.json, it runs rows: the recipes of published tables.",
    )
    .argument("<recipe>", "the recipe, a .yaml or .json file, or the folder of a suite")
    .option("--dry-run", "say what would be done to which operator, and write nothing")
    .option("-f, --force", "replace an output that exists")
    .option("--diagnose", "look into the result: error by layer, distributions, saturation, time by operator")
    .option("--no-diagnose", "leave that out of an .html report, which has it otherwise");
  return withPlugins(withReport(withRows(command)))
    .addHelpText("after", examples)
    .action((path: string, flags: Flags) => {
      const work = existsSync(join(path, "suite.json")) ? runRows : run;
      return answer(context, flags, (_, common) => work(path, flags, common));
    });
}

async function run(
  path: string,
  { plugin = [], dryRun = false, force = false, report: page, diagnose = isPage(page) }: Flags,
  common: CommonOptions,
): Promise<Answer> {
  const { openRecipe } = await import("../api/recipe-options.ts");
  const { runOpened } = await import("../api/run.ts");
  const opened = await openRecipe(path);
  const named = await recipePlugins(opened.recipe.plugins ?? [], plugin, `The recipe "${path}"`);
  const plugins = [...(common.plugins ?? []), ...named];
  const report = await runOpened(opened, {
    ...common,
    plugins,
    pluginModules: [...plugin, ...(opened.recipe.plugins ?? [])],
    dryRun,
    force,
    diagnose,
  });
  const [file] = report.output;
  return {
    data: report,
    text: (looks) => `${renderTerminal(report, looks)}${file ? loadingText(file, looks) : ""}`,
    exitCode: report.goal?.met === false ? exitCodes.failed : exitCodes.ok,
  };
}
