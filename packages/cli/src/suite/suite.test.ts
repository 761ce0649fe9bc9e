// Suites that are wrong say so before anything runs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isTersorError } from "@tersor/core";
import { chosenRows } from "./run-suite.ts";
import { openSuite } from "./suite.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-suite-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = {
  "suite.json": {
    version: 1,
    name: "small",
    standIns: "../zoo",
    models: "models.json",
    datasets: "datasets.json",
    recipes: "recipes.json",
    tables: ["table.json"],
  },
  "models.json": {
    net: {
      title: "Net",
      file: "net.onnx",
      task: "image-classification",
      dataset: "pictures",
      data: { preprocessing: "imagenet" },
      metric: "accuracy",
      quantize: { calibrator: "entropy" },
      standIn: { skeleton: "squeezenet" },
    },
  },
  "datasets.json": { pictures: { title: "P", get: "G", calibration: { images: "a" }, evaluation: { images: "b" } } },
  "recipes.json": { qdq: { steps: [{ quantize: { mode: "static", format: "qdq" } }], goal: { maxDrop: 0.01 } } },
  "table.json": {
    table: "t",
    title: "T",
    rows: [
      { id: "t/1", model: "net", recipe: "qdq", published: { Model: "Net" }, notes: ["a note"] },
      { id: "t/2", model: "net", recipe: "qdq", published: { Model: "Net" } },
    ],
  },
};

let count = 0;
function suiteOf(changes: Readonly<Record<string, unknown>> = {}): string {
  const place = join(folder, String(count++));
  mkdirSync(place);
  for (const [name, content] of Object.entries({ ...files, ...changes }))
    if (content !== undefined)
      writeFileSync(join(place, name), typeof content === "string" ? content : JSON.stringify(content));
  return place;
}

describe("a suite", () => {
  it("gives each row a whole recipe", async () => {
    const { tables } = await openSuite(suiteOf());
    expect(tables[0]?.rows[0]).toMatchObject({
      id: "t/1",
      example: "qdq",
      notes: ["a note"],
      recipe: {
        version: 1,
        model: "net.onnx",
        metric: "accuracy",
        data: {
          calibration: { images: "a", preprocessing: "imagenet" },
          evaluation: { images: "b", preprocessing: "imagenet" },
        },
        steps: [{ quantize: { mode: "static", format: "qdq", calibrator: "entropy" } }],
        goal: { maxDrop: 0.01, relative: true },
      },
    });
  });

  it("chooses rows by id and by text", async () => {
    const suite = await openSuite(suiteOf());
    const ids = (options: Parameters<typeof chosenRows>[1]) => chosenRows(suite, options).map(({ id }) => id);
    expect(ids({})).toEqual(["t/1", "t/2"]);
    expect(ids({ rows: ["t/2"] })).toEqual(["t/2"]);
    expect(ids({ filter: "T/1" })).toEqual(["t/1"]);
    expect(ids({ filter: "nobody" })).toEqual([]);
    expect(() => ids({ rows: ["t/3"] })).toThrow(
      expect.toSatisfy((error) => isTersorError(error, "TERSOR_SUITE_ROWS")),
    );
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["has no head", { "suite.json": undefined }, "TERSOR_SUITE"],
    ["is no JSON", { "models.json": "{" }, "TERSOR_SUITE"],
    ["is of another version", { "suite.json": { ...files["suite.json"], version: 2 } }, "TERSOR_SUITE"],
    ["names a model that is not there", { "models.json": {} }, "TERSOR_SUITE"],
    ["names data that is not there", { "datasets.json": {} }, "TERSOR_SUITE"],
    ["is a list", { "suite.json": "[]" }, "TERSOR_SUITE"],
    ["has no tables", { "suite.json": { ...files["suite.json"], tables: 3 } }, "TERSOR_SUITE"],
    ["has a table that is none", { "table.json": "null" }, "TERSOR_SUITE"],
    ["has a row without id", { "table.json": { ...files["table.json"], rows: [{ model: "net" }] } }, "TERSOR_SUITE"],
    ["has a row that is none", { "table.json": { ...files["table.json"], rows: [null] } }, "TERSOR_SUITE"],
    ["has a model that is none", { "models.json": { net: 3 } }, "TERSOR_SUITE"],
    ["names what every object has", { "recipes.json": {}, "table.json": tableWith("toString") }, "TERSOR_SUITE"],
    ["has a recipe that is none", { "recipes.json": { qdq: { steps: [] } } }, "CORE_RECIPE_INVALID"],
  ])("is refused when it %s", async (_, changes, code) => {
    await expect(openSuite(suiteOf(changes))).rejects.toSatisfy((error) => isTersorError(error) && error.code === code);
  });
});

function tableWith(recipe: string) {
  return { table: "t", title: "T", rows: [{ id: "t/1", model: "net", recipe, published: {} }] };
}
