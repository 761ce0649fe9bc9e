import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseRecipe, recipeJsonSchema } from "@tersor/core";
import { quantizationModes, targets, weightOnlyAlgorithms } from "@tersor/quantize";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { createProgram } from "./program.ts";
import { cliDocs } from "./test-support/cli-docs.ts";

const doc = (name: string) => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
const pretty = (text: string, parser: string) => format(text, { parser, printWidth: 120 });

// Where one of these fails, `npx vitest run -u` in packages/cli writes the page anew.
describe("what is generated is as the code says", () => {
  test("docs/cli.md", async () => {
    const output = { write: () => true };
    const io = { stdout: output, stderr: output, env: {}, signal: new AbortController().signal };
    const page = cliDocs(createProgram({ io, exitCode: 0, json: false }));
    await expect(await pretty(page, "markdown")).toMatchFileSnapshot(doc("cli.md"));
  });

  test("docs/recipe.schema.json", async () => {
    const schema = JSON.stringify(await recipeJsonSchema());
    await expect(await pretty(schema, "json")).toMatchFileSnapshot(doc("recipe.schema.json"));
  });
});

test("the recipes of docs/recipe.md are valid", async () => {
  const blocks = [...readFileSync(doc("recipe.md"), "utf8").matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text]) => text ?? "",
  );
  expect(blocks.length).toBeGreaterThan(0);
  for (const text of blocks) expect(await parseRecipe(text)).toMatchObject({ version: 1 });
});

test.each([
  ["mode", quantizationModes],
  ["target", targets],
  ["algorithm", weightOnlyAlgorithms],
] as const)("docs/methods.md has every %s", (_, names) => {
  const page = readFileSync(doc("methods.md"), "utf8");
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
