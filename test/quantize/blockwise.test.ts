// Models that are larger than the memory limit: run block by block they give what they give at once.
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchesOf, type Dataset, type Executor, type Graph, type ObserverRequest } from "@tersor/core";
import { blockwiseExecutor, createExecutor } from "@tersor/onnx";
import { quantizeGraph } from "@tersor/quantize";
import { loadSkeleton, sketchedSamples } from "tersor";
import { afterAll, describe, expect, it } from "vitest";
import { sqnrOf } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const bytesOf = ({ weights }: Graph): number =>
  [...weights.values()].reduce((sum, { source }) => sum + source.sizeBytes, 0);

function model(name: string): { readonly graph: Graph; readonly samples: Dataset } {
  const skeleton = loadSkeleton(join(import.meta.dirname, `../../examples/zoo/onnx/${name}.onnx.gz`));
  const inputs = skeleton.graph.inputs.map(({ name: input, type }) => ({ name: input, type }));
  return {
    graph: skeleton.graph,
    samples: sketchedSamples({ inputs, sketches: skeleton.inputs, samples: 3, seed: 5 }),
  };
}

/** The executor, and the largest model it was given. */
function watched(): { readonly inner: Executor; largest: number } {
  const seen = {
    largest: 0,
    inner: {
      ...executor,
      name: "watched",
      compile: (graph, options) => {
        if (!("file" in graph)) seen.largest = Math.max(seen.largest, bytesOf(graph));
        return executor.compile(graph, options);
      },
      observe: (graph, ...rest) => {
        seen.largest = Math.max(seen.largest, bytesOf(graph));
        return executor.observe(graph, ...rest);
      },
    } satisfies Executor,
  };
  return seen;
}

const spools = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("tersor-blocks-"));

describe.each(["bert_seqcls", "resnet18", "llama_past", "yolov3"])("%s in blocks of a fifth", (name) => {
  const { graph, samples } = model(name);
  const largestWeight = Math.max(...[...graph.weights.values()].map(({ source }) => source.sizeBytes));
  const limit = (3 * bytesOf(graph)) / 5;

  it("gives the same outputs", async () => {
    const seen = watched();
    const [whole, blocks] = [await executor.compile(graph), await blockwiseExecutor(seen.inner, limit).compile(graph)];
    for await (const { feeds } of samples) {
      expect(sqnrOf(await whole.run(feeds), await blocks.run(feeds))).toBeGreaterThan(90);
    }
    expect(seen.largest).toBeLessThanOrEqual(Math.max(limit / 3, 2 * largestWeight));
    expect(seen.largest).toBeLessThan(bytesOf(graph));
    await whole.dispose();
  });

  it("observes the same ranges of inputs and inner values, and leaves nothing on disk", async () => {
    const before = spools();
    const made = graph.nodes.filter(({ op }) => op === "Conv" || op === "MatMul" || op === "Add");
    const tensors = [graph.inputs[0]!.name, ...made.map(({ outputs }) => outputs[0]!)];
    const requests = tensors.map((tensor): ObserverRequest => ({ tensor, observer: "min-max" }));
    const batches = batchesOf(samples, { batchSize: 1 });
    const whole = await executor.observe(graph, batches, requests);
    const blocks = await blockwiseExecutor(executor, limit).observe(graph, batches, requests);
    expect(blocks.length).toBe(whole.length);
    whole.forEach((expected, i) => {
      const found = blocks[i]!;
      if (expected.kind !== "min-max" || found.kind !== "min-max") throw new Error("not a range");
      expect(found.count).toBe(expected.count);
      const size = Math.max(Math.abs(expected.min), Math.abs(expected.max), 1e-6);
      expect(Math.abs(found.min - expected.min) / size).toBeLessThan(1e-4);
      expect(Math.abs(found.max - expected.max) / size).toBeLessThan(1e-4);
    });
    expect(spools()).toEqual(before);
  });
});

it("GPTQ of a model in blocks is as good as at once", async () => {
  const { graph, samples } = model("gpt2_lm");
  const calibration = batchesOf(samples, { batchSize: 1 });
  const options = { mode: "weight-only", algorithm: "gptq" } as const;
  const whole = await quantizeGraph(graph, options, { executor, calibration });
  const small = blockwiseExecutor(executor, (3 * bytesOf(graph)) / 5);
  const blocks = await quantizeGraph(graph, options, { executor: small, calibration });
  const [source, one, other] = await Promise.all(
    [graph, whole.graph, blocks.graph].map((each) => executor.compile(each)),
  );
  for await (const { feeds } of samples) {
    const expected = await source!.run(feeds);
    const [a, b] = [sqnrOf(expected, await one!.run(feeds)), sqnrOf(expected, await other!.run(feeds))];
    expect(Math.abs(a - b)).toBeLessThan(0.5);
  }
});
