// The skeletons in examples/zoo: every one is a model that runs, and its outputs stay in the range of a model's.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { numbersOf, type Node } from "@tersor/core";
import { createExecutor, loadSkeleton, readModel, sketchedSamples } from "tersor";

const folder = fileURLToPath(new URL("../../examples/zoo/onnx/", import.meta.url));
const names = readdirSync(folder).map((file) => file.replace(/\.onnx\.gz$/, ""));
const bank = process.env["TERSOR_BANK"];
/** Not in the bank: made by tools/zoo. */
const ours = [
  "bart_cls",
  "bert_squad",
  "codebert_defect",
  "distilbert_squad",
  "electra_mrpc",
  "mobilebert_squad",
  "ssdlite_batch",
  "xlnet_lm",
];
/** Written node by node by tools/zoo. */
const written = ["zfnet512", "vae_decoder"];

const executor = createExecutor();
afterAll(() => executor.dispose());

it("there are all of them", () => {
  expect(names.length).toBe(94 + ours.length + written.length);
});

describe.each(names)("%s", (name) => {
  it("runs, and stays finite", async () => {
    const { graph, inputs } = loadSkeleton(join(folder, `${name}.onnx.gz`));
    const model = await executor.compile(graph);
    for await (const { feeds } of sketchedSamples({ inputs: graph.inputs, sketches: inputs, samples: 2 })) {
      const outputs = Object.values(await model.run(feeds));
      expect(outputs.length).toBe(graph.outputs.length);
      for (const output of outputs)
        for (const value of Array.from(numbersOf(output)))
          if (!(Math.abs(value) < 1e4)) expect(value).toBeLessThan(1e4);
    }
    await model.dispose();
  });
});

describe.skipIf(bank === undefined)("beside the bank (TERSOR_BANK)", () => {
  it.each(names.filter((name) => !written.includes(name) && !ours.includes(name)))(
    "%s is the graph as exported",
    async (name) => {
      const source = await readModel(join(bank!, "arch", name, "model.onnx"));
      const { graph } = loadSkeleton(join(folder, `${name}.onnx.gz`));
      const shape = ({ op, domain, inputs, outputs }: Node) => [op, domain, inputs, outputs];
      expect(graph.nodes.map(shape)).toEqual(source.nodes.map(shape));
      expect(graph.inputs).toEqual(source.inputs);
      const shapes = (weights: typeof source.weights) =>
        [...weights].map(
          ([
            key,
            {
              source: { dtype, shape: dims },
            },
          ]) => [key, dtype, dims],
        );
      expect(shapes(graph.weights).sort()).toEqual(shapes(source.weights).sort());
    },
  );
});
