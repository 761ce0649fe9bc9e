import { describe, expect, test } from "vitest";
import { isTersorError, type TersorError } from "./errors.ts";
import { parseRecipe, recipeFrom, recipeJsonSchema, renderRecipe } from "./recipe.ts";

const yaml = `
version: 1
model: model.onnx
data:
  calibration: { text: train.tsv, tokenizer: tokenizer.json, column: sentence, samples: 128 }
  evaluation: dev.npz
metric: accuracy
steps:
  - quantize: { mode: static, format: qdq, rules: [{ op: Softmax, precision: float }, { name: "*/pooler/*", granularity: per-channel }] }
goal: { maxDrop: 0.01 }
`;

const failure = (work: Promise<unknown>): Promise<TersorError> =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => (isTersorError(error) ? error : expect.unreachable()),
  );

describe("a recipe", () => {
  test("is read from YAML, defaults filled in", async () => {
    const recipe = await parseRecipe(yaml);
    expect(recipe.goal).toEqual({ maxDrop: 0.01, relative: true });
    expect(recipe.steps[0]?.quantize.rules).toHaveLength(2);
    expect((await parseRecipe("version: 1\nmodel: m\nsteps: [{ quantize: {} }]")).steps[0]?.quantize.mode).toBe(
      "dynamic",
    );
  });

  test("is the same as JSON, as a value, and as its own text", async () => {
    const recipe = await parseRecipe(yaml);
    expect(await parseRecipe(JSON.stringify(recipe))).toEqual(recipe);
    expect(await recipeFrom(structuredClone(recipe))).toEqual(recipe);
    expect(await parseRecipe(await renderRecipe(recipe))).toEqual(recipe);
  });

  test("that is wrong is told with every place, under the name of its file", async () => {
    const wrong = {
      version: 2,
      model: 3,
      steps: [{ quantize: { mode: "fast", rules: [{ precision: "float" }] } }],
      more: 1,
    };
    const error = await failure(recipeFrom(wrong, "r.yaml"));
    expect(error.code).toBe("CORE_RECIPE_INVALID");
    expect(error.message).toMatch(/^r\.yaml is not valid:/);
    for (const place of ["version", "model", "steps.0.quantize.mode", "steps.0.quantize.rules.0", "more"])
      expect(error.message).toContain(place);
  });

  test.each([
    ["no YAML", "version: [1", "CORE_RECIPE_SYNTAX"],
    ["aliases that multiply", `a: &a [1,1,1,1,1,1,1,1,1]\n${bombs()}`, "CORE_RECIPE_SYNTAX"],
    ["nothing", "", "CORE_RECIPE_INVALID"],
    ["a list", "[1, 2]", "CORE_RECIPE_INVALID"],
    ["no steps", "version: 1\nmodel: m\nsteps: []", "CORE_RECIPE_INVALID"],
  ])("refuses %s", async (_, text, code) => {
    expect((await failure(parseRecipe(text))).code).toBe(code);
  });

  test("has a JSON Schema that names its parts", async () => {
    const schema = await recipeJsonSchema();
    expect(schema).toMatchObject({ title: "Tersor recipe", type: "object", required: ["version", "model", "steps"] });
    expect(Object.keys(schema["properties"] as object)).toEqual(
      expect.arrayContaining(["data", "metric", "goal", "plugins"]),
    );
  });
});

/** Each line repeats the one before nine times. */
function bombs(): string {
  const names = ["a", "b", "c", "d"];
  return names
    .slice(1)
    .map((name, i) => `${name}: &${name} [${`*${names[i]},`.repeat(9)}]`)
    .join("\n");
}
