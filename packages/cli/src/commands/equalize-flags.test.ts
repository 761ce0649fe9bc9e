import { parseRecipe } from "@tersor/core";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { equalizeOptions, withEqualize, type EqualizeFlags } from "./equalize-flags.ts";

function optionsOf(...words: readonly string[]): unknown {
  const command = withEqualize(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return equalizeOptions(command.parse(words, { from: "user" }).opts<EqualizeFlags>());
}

describe("flags about equalizing and correcting", () => {
  it("say nothing where they are not given", () => expect(optionsOf()).toEqual({}));

  it("become steps in their order, alpha that of SmoothQuant", () => {
    expect(optionsOf("--equalize", "cross-layer, smooth-quant", "--alpha", "auto")).toEqual({
      equalize: ["cross-layer", { method: "smooth-quant", alpha: "auto" }],
    });
    expect(optionsOf("--equalize", "smooth-quant")).toEqual({ equalize: ["smooth-quant"] });
    expect(optionsOf("--alpha", "0.7")).toEqual({ equalize: [{ method: "smooth-quant", alpha: 0.7 }] });
    expect(optionsOf("--correct", "bias,weight")).toEqual({ correct: ["bias", "weight"] });
  });

  it.each([
    ["--equalize", "smooth"],
    ["--alpha", "1.5"],
    ["--alpha", ""],
    ["--correct", "biases"],
  ])("refuse %s %j", (flag, value) => expect(() => optionsOf(flag, value)).toThrow(/It must be/));
});

describe("recipes about equalizing and correcting", () => {
  const recipe = (equalize: string): string =>
    `version: 1\nmodel: a.onnx\nsteps: [{ quantize: { mode: static, equalize: ${equalize}, correct: [bias] } }]\n`;

  it.each([
    "smooth-quant",
    "{ method: smooth-quant, alpha: auto, grid: { min: 0.3, max: 0.7, step: 0.1 } }",
    "[cross-layer, { method: smooth-quant, alpha: 0.6 }]",
  ])("%s is read", async (equalize) => expect((await parseRecipe(recipe(equalize), "recipe")).steps.length).toBe(1));

  it.each(["{ method: smooth-quant, alpha: 2 }", "{ method: cross-layer, alpha: 0.5 }", "[]"])(
    "%s is refused",
    async (equalize) =>
      expect(parseRecipe(recipe(equalize), "recipe")).rejects.toMatchObject({ code: "CORE_RECIPE_INVALID" }),
  );
});
