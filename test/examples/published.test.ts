// A row as published, against a hub on the loopback: model, tokenizer and data are fetched by their names, the recipe runs
// on them, and what it gives is of the kind "published", with the machine. A model without a file says how it is exported.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { modelBytes } from "@tersor/onnx";
import { loadSkeleton, openSuite, runSuite, type RowResult } from "tersor";
import { writeStandInTokenizer } from "../../packages/cli/src/suite/stand-in-text.ts";
import { serveHub, type HubServer } from "../../packages/data/src/hub/hub-server.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-published-"));
const zoo = fileURLToPath(new URL("../../examples/zoo/onnx/", import.meta.url));
const commit = "0123456789abcdef0123456789abcdef01234567";

const model = {
  title: "Net",
  file: `hf:org/net@${commit}/net.onnx`,
  task: "text-classification",
  dataset: "sentences",
  data: { tokenizer: `hf:org/net@${commit}`, maxLength: 16, padding: "max" },
  metric: "accuracy",
  standIn: { skeleton: "bert_seqcls" },
};
const hub = { hub: `hf:datasets/org/sentences@${commit}`, column: "sentence", label: "label" };
const files = {
  "suite.json": {
    version: 1,
    name: "small",
    standIns: zoo,
    models: "models.json",
    datasets: "datasets.json",
    recipes: "recipes.json",
    tables: ["table.json"],
  },
  "models.json": {
    net: model,
    exported: {
      ...model,
      file: "models/net.onnx",
      export: { source: "https://example.org/net", how: "torch.onnx.export" },
    },
  },
  "datasets.json": {
    sentences: {
      title: "S",
      get: "G",
      calibration: { ...hub, split: "train" },
      evaluation: { ...hub, split: "validation" },
    },
  },
  "recipes.json": { qdq: { steps: [{ quantize: { mode: "static", format: "qdq", samples: 4 } }] } },
  "table.json": {
    table: "t",
    title: "T",
    rows: [
      { id: "t/1", model: "net", recipe: "qdq", published: {} },
      { id: "t/2", model: "exported", recipe: "qdq", published: {} },
    ],
  },
};

/** Sentences of words that the tokenizer knows. */
function table(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => `w${10 + i} w${40 + 7 * i} w${300 - i},${i % 2}`);
  return `sentence,label\n${lines.join("\n")}\n`;
}

let server: HubServer;
beforeAll(async () => {
  mkdirSync(join(folder, "suite"));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, "suite", name), JSON.stringify(content));
  const tokenizer = readFileSync(writeStandInTokenizer({ folder, count: 1, seed: 0, vocabulary: 1000 }), "utf8");
  const net = modelBytes(loadSkeleton(join(zoo, "bert_seqcls.onnx.gz"), 4).graph);
  server = await serveHub([
    { id: "org/net", commit, files: { "net.onnx": net, "tokenizer.json": tokenizer } },
    { id: "org/sentences", type: "dataset", commit, files: { "train.csv": table(8), "validation.csv": table(12) } },
  ]);
  process.env["HF_ENDPOINT"] = server.endpoint;
  process.env["HF_HUB_CACHE"] = join(folder, "cache");
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function runRow(id: string): Promise<RowResult> {
  const suite = await openSuite(join(folder, "suite"));
  // The skeletons are found by an absolute path here, which a suite's own folder stands before.
  const [result] = await runSuite({ ...suite, standIns: zoo }, { rows: [id], dataFolder: folder });
  return result!;
}

it("fetches model, tokenizer and data, and judges the result", async () => {
  const result = await runRow("t/1");
  expect(result.conditions.filter(({ ok }) => !ok)).toEqual([]);
  expect(result).toMatchObject({
    id: "t/1",
    ok: true,
    kind: "published",
    figures: { metric: "accuracy", samples: 12 },
  });
  expect(result.machine?.runtime).toContain("onnxruntime");
  expect(result.replaced).toBeUndefined();
  const fetched = server.log.map(({ request }) => decodeURIComponent(request)).join("\n");
  for (const file of ["net.onnx", "tokenizer.json", "train.csv", "validation.csv"]) expect(fetched).toContain(file);
});

it("says how a model is exported that nobody publishes as a file", async () => {
  const result = await runRow("t/2");
  expect(result).toMatchObject({ ok: false, error: { code: "TERSOR_EXPORT_MISSING" } });
  expect(result.error?.message).toContain("torch.onnx.export");
  expect(result.error?.message).toContain(join(folder, "models/net.onnx"));
});
