// tersor run: a whole recipe. Quantizes, then evaluates where the recipe names data and a metric, and holds the result
// against the goal.

import type { EvaluationReport, GoalResult, Recipe, Report } from "@tersor/core";
import { smallSetWarning } from "@tersor/evaluate";
import { optionMissing } from "../errors.ts";
import type { DiagnoseChoice } from "./diagnose.ts";
import { evaluate } from "./evaluate.ts";
import { quantize, type QuantizeOptions } from "./quantize.ts";
import { openRecipe, pathIn, quantizeOptionsOf, type OpenRecipe } from "./recipe-options.ts";
import { printableReport, type Printable } from "./report.ts";
import type { CommonOptions } from "./session.ts";

/** How to run a recipe. */
export interface RunOptions extends CommonOptions, Pick<QuantizeOptions, "force" | "dryRun"> {
  /** Look into the result; emulated models are judged on the recipe's evaluation data. Default not. */
  readonly diagnose?: boolean;
  /** Folder that paths of a recipe object start from. Default the current one. */
  readonly folder?: string;
  /** Packages or paths of `plugins`, so that trials of a search can have processes of their own. */
  readonly pluginModules?: readonly string[];
}

/**
 * Runs a recipe: a path of a YAML or JSON file, or the recipe itself.
 * @example const report = await run("recipe.yaml");
 * @throws CORE_RECIPE_INVALID, TERSOR_RECIPE_STEPS, and what quantizing and evaluating throw. A missed goal is no
 * error: `report.goal.met` tells.
 */
export async function run(recipe: string | Recipe, options: RunOptions = {}): Promise<Printable<Report>> {
  const opened =
    typeof recipe === "string"
      ? await openRecipe(recipe)
      : { recipe, name: "the recipe", folder: options.folder ?? "." };
  return runOpened(opened, options);
}

/** Runs a recipe that was read already. */
export async function runOpened(opened: OpenRecipe, options: RunOptions): Promise<Printable<Report>> {
  const { recipe, folder } = opened;
  if (recipe.goal && !recipe.data?.evaluation) throw optionMissing("data.evaluation", "the goal is about a metric");
  if (recipe.goal && isSearch(recipe.goal) && !options.dryRun) return tuneOpened(opened, recipe.goal, options);
  const report = await quantize(pathIn(folder, recipe.model), {
    ...quantizeOptionsOf(opened),
    ...options,
    ...(options.diagnose && { diagnose: diagnosisOf(opened) }),
  });
  const file = report.output[0];
  const data = recipe.data?.evaluation;
  const evaluated = file && data !== undefined ? await judge(opened, data, file.path, options) : undefined;
  const evaluation = evaluated?.evaluation;
  const warning = evaluation && recipe.goal && smallSetWarning(evaluation.int8, recipe.goal, evaluation.difference);
  return printableReport({
    ...report,
    command: "run",
    recipe,
    ...(evaluation && { evaluation }),
    ...(evaluation && recipe.goal && { goal: goalResult(recipe.goal, evaluation) }),
    warnings: [...report.warnings, ...(warning === undefined ? [] : [warning])],
    seconds: { ...report.seconds, ...evaluated?.seconds },
  });
}

function diagnosisOf({ recipe: { data, metric }, folder }: OpenRecipe): DiagnoseChoice {
  if (data?.evaluation === undefined) return {};
  return { evaluation: { data: data.evaluation, dataFolder: folder, ...(metric !== undefined && { metric }) } };
}

type Goal = NonNullable<Recipe["goal"]>;

/** Whether a goal asks for a search; a drop alone is only held against the result. */
function isSearch({ minimize, strategy, budget, space }: Goal): boolean {
  return [minimize, strategy, budget, space].some((said) => said !== undefined);
}

async function tuneOpened(opened: OpenRecipe, goal: Goal, options: RunOptions): Promise<Printable<Report>> {
  const { recipe, folder } = opened;
  const { maxDrop, relative, minimize, strategy, budget: { minutes, trials } = {}, space } = goal;
  const { folder: _, dryRun: __, ...common } = options;
  const { tune } = await import("./tune.ts");
  const report = await tune(pathIn(folder, recipe.model), {
    ...quantizeOptionsOf(opened),
    ...common,
    evaluation: recipe.data!.evaluation!,
    dataFolder: folder,
    maxDrop,
    relative,
    ...(recipe.metric !== undefined && { metric: recipe.metric }),
    ...(recipe.generate && { generate: recipe.generate }),
    ...(recipe.seed !== undefined && { seed: recipe.seed }),
    ...(minimize !== undefined && { minimize }),
    ...(strategy !== undefined && { strategy }),
    ...(minutes !== undefined && { minutes }),
    ...(trials !== undefined && { trials }),
    ...(space !== undefined && { space }),
  });
  return printableReport({ ...report, command: "run" });
}

function judge(
  { recipe, folder }: OpenRecipe,
  data: string | Record<string, unknown>,
  candidate: string,
  options: RunOptions,
): Promise<Report> {
  const { metric, generate } = recipe;
  return evaluate(pathIn(folder, recipe.model), {
    ...options,
    ...(metric !== undefined && { metric }),
    ...(generate && { generate }),
    data,
    dataFolder: folder,
    candidate,
  });
}

/** How much worse the metric got, and whether that was allowed. */
export function goalResult({ maxDrop, relative }: Goal, { int8, fp32 }: EvaluationReport): GoalResult {
  const lost = int8.higherIsBetter ? fp32.value - int8.value : int8.value - fp32.value;
  const drop = relative ? lost / Math.abs(fp32.value) : lost;
  return { maxDrop, relative, drop, met: drop <= maxDrop };
}
