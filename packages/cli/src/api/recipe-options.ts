// From a recipe to the options of calls. Relative paths in a recipe start from the folder of its file.

import { dirname, isAbsolute, join } from "node:path";
import { parseRecipe, type QuantizeStep, type Recipe } from "@tersor/core";
import { recipeSteps } from "../errors.ts";
import { textOf } from "./data.ts";
import { isOnHub } from "./model.ts";
import type { QuantizeOptions } from "./quantize.ts";

/** A recipe and where it came from. */
export interface OpenRecipe {
  readonly recipe: Recipe;
  /** What messages call it. */
  readonly name: string;
  /** Folder that its relative paths start from. */
  readonly folder: string;
}

/** Reads a recipe file, YAML or JSON. @throws TERSOR_FILE_UNREADABLE, CORE_RECIPE_SYNTAX, CORE_RECIPE_INVALID */
export async function openRecipe(path: string): Promise<OpenRecipe> {
  return { recipe: await parseRecipe(textOf(path, "recipe"), path), name: path, folder: dirname(path) };
}

/** A path of a recipe, seen from the current folder. */
export function pathIn(folder: string, path: string): string {
  return isAbsolute(path) || isOnHub(path) ? path : join(folder, path);
}

/** What a recipe says of quantizing. @throws TERSOR_RECIPE_STEPS when a further step is not of a floating mode. */
export function quantizeOptionsOf({ recipe, name, folder }: OpenRecipe): QuantizeOptions {
  const { output, data, check, steps } = recipe;
  const [first, ...then] = steps.map(({ quantize }) => settingsOf(quantize));
  if (then.some(({ mode }) => mode !== "fp16" && mode !== "bf16")) throw recipeSteps(name, steps.length);
  return {
    ...first,
    ...(then.length > 0 && { then }),
    ...(output !== undefined && { output: pathIn(folder, output) }),
    ...(data?.calibration !== undefined && { calibration: data.calibration, dataFolder: folder }),
    ...(check !== undefined && { check }),
  };
}

function settingsOf({ rules, ...settings }: QuantizeStep) {
  return { ...defined(settings), ...(rules && { rules: rules.map(defined) }) };
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that are there and say nothing. */
export function defined<T extends object>(record: T): Defined<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>;
}
