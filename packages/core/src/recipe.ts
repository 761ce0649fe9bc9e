// The recipe: one versioned, JSON-serialisable description of a run, validated by one schema. The command line builds
// it, a report prints it back, an editor can check it with the exported JSON Schema.

import type { ParsedRecipe } from "./recipe-schema.ts";

/** A run, as data. */
export type Recipe = ParsedRecipe;
/** The step that quantizes: mode, format, types, rules. */
export type QuantizeStep = Recipe["steps"][number]["quantize"];
/** How the result is checked against its source before it is written. */
export type CheckSetting = NonNullable<Recipe["check"]>;

/**
 * A recipe from a parsed value.
 * @throws CORE_RECIPE_INVALID with every issue: path and what is expected there.
 */
export async function recipeFrom(value: unknown, where = "The recipe"): Promise<Recipe> {
  const { validRecipe } = await import("./recipe-schema.ts");
  return validRecipe(value, where);
}

/**
 * A recipe from YAML or JSON text.
 * @throws CORE_RECIPE_SYNTAX, CORE_RECIPE_INVALID
 */
export async function parseRecipe(text: string, where = "The recipe"): Promise<Recipe> {
  const { recipeValue, validRecipe } = await import("./recipe-schema.ts");
  return validRecipe(recipeValue(text, where), where);
}

/** The recipe as YAML. */
export async function renderRecipe(recipe: Recipe): Promise<string> {
  const { recipeText } = await import("./recipe-schema.ts");
  return recipeText(recipe);
}

/** The JSON Schema of recipes, for editors. */
export async function recipeJsonSchema(): Promise<Record<string, unknown>> {
  const { jsonSchema } = await import("./recipe-schema.ts");
  return jsonSchema();
}
