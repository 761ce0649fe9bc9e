// onnxruntime's fused transformer operators become their integer forms. Oracle: the float model's outputs in
// onnxruntime (Python), stored by packages/quantize/fixtures/make_fused.py.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { float32, tensorOf, type Feeds } from "@tersor/core";
import { compareTensors } from "@tersor/evaluate";
import { createExecutor, readModel } from "@tersor/onnx";
import { quantizeGraph } from "@tersor/quantize";
import { afterAll, expect, test } from "vitest";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../packages/quantize/fixtures/${name}`, import.meta.url));
const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
const stored = JSON.parse(readFileSync(fixture("fused.json"), "utf8")) as {
  readonly feeds: Readonly<Record<string, Stored>>;
  readonly y: Stored;
};
const feeds: Feeds = Object.fromEntries(
  Object.entries(stored.feeds).map(([name, { shape, data }]) => [
    name,
    tensorOf("int32", shape, Int32Array.from(data)),
  ]),
);

test("Attention and EmbedLayerNormalization run on integers and stay near the float model", async () => {
  const { graph, plan } = await quantizeGraph(await readModel(fixture("fused.onnx")), { mode: "dynamic" });
  expect(plan.nodes.map(({ decision }) => decision)).toEqual(["quantized", "quantized"]);
  expect(graph.nodes.map(({ op }) => op)).toEqual(["QEmbedLayerNormalization", "DynamicQuantizeLinear", "QAttention"]);
  const model = await executor.compile(graph);
  const { y } = await model.run(feeds);
  const compared = compareTensors(float32(stored.y.shape, stored.y.data), y!);
  expect(compared.kind === "float" && compared.sqnrDb).toBeGreaterThan(35);
});
