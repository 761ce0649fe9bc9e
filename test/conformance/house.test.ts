// The ONNX door, the metrics and the datasets of the house keep the laws that plugins are held to.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { defineDataset, float32, type Adapter } from "@tersor/core";
import { openDataset, type DataSpec } from "@tersor/data";
import { accuracy } from "@tersor/evaluate";
import { onnxAdapter } from "@tersor/onnx";
import { adapterChecks, datasetChecks, metricChecks } from "@tersor/testing";

const folder = fileURLToPath(new URL("../../examples/quickstart/data", import.meta.url));
const resnet20 = join(folder, "resnet20.onnx");

describe("the ONNX door", () => {
  for (const { name, run } of adapterChecks(onnxAdapter as Adapter, { models: [resnet20] })) it(name, run);
});

describe("accuracy", () => {
  const logits = float32([4, 3], [1, 2, 0, 5, 4, 3, 0, 1, 2, 1, 0, 0]);
  const example = { outputs: { logits }, labels: [1, 0, 0, 2], value: 0.5 };
  for (const { name, run } of metricChecks(accuracy(), example)) it(name, run);
});

describe("the descriptions of recipes", () => {
  const recipeData = defineDataset<DataSpec>({ name: "recipe-data", open: openDataset });
  const context = {
    folder,
    inputs: [{ name: "input", type: { kind: "tensor", dtype: "float32", shape: ["batch", 3, 32, 32] } }],
  } as const;
  const images = { rawImages: "test-images.bin", height: 32, width: 32, labels: "test-labels.bin", count: 5 } as const;
  const wrong = [
    {},
    null,
    7,
    { ...images, rawImages: "missing.bin" },
    { ...images, height: 31 },
    { ...images, hight: 32 },
  ];
  for (const { name, run } of datasetChecks(recipeData, { description: images, context, wrong }))
    it(`images: ${name}`, run);

  const made = { random: true, samples: 3 } as const;
  const checks = datasetChecks(recipeData, { description: made, context, wrong: [{ random: true, samples: -1 }] });
  for (const { name, run } of checks) it(`random: ${name}`, run);
});
