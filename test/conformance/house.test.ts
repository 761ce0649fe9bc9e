// The ONNX door, the metrics and the datasets of the house keep the laws that plugins are held to.

import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { float32, type Adapter } from "@tersor/core";
import { accuracy } from "@tersor/evaluate";
import { onnxAdapter } from "@tersor/onnx";
import { adapterChecks, metricChecks } from "@tersor/testing";

const resnet20 = fileURLToPath(new URL("../../examples/quickstart/data/resnet20.onnx", import.meta.url));

describe("the ONNX door", () => {
  for (const { name, run } of adapterChecks(onnxAdapter as Adapter, { models: [resnet20] })) it(name, run);
});

describe("accuracy", () => {
  const logits = float32([4, 3], [1, 2, 0, 5, 4, 3, 0, 1, 2, 1, 0, 0]);
  const example = { outputs: { logits }, labels: [1, 0, 0, 2], value: 0.5 };
  for (const { name, run } of metricChecks(accuracy(), example)) it(name, run);
});
