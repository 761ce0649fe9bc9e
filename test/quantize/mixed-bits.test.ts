// Mixed precision of weights, run by onnxruntime: for as many bits it is nearer to the float model than one width for all.
import { join } from "node:path";
import { batchesOf, type Graph } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { quantizeGraph } from "@tersor/quantize";
import { loadSkeleton, sketchedSamples } from "tersor";
import { afterAll, expect, it } from "vitest";
import { run, sqnrOf } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const skeleton = loadSkeleton(join(import.meta.dirname, "../../examples/zoo/onnx/gpt2_lm.onnx.gz"));
const inputsOf = ({ inputs }: Graph) => inputs.map(({ name, type }) => ({ name, type }));
const samples = sketchedSamples({ inputs: inputsOf(skeleton.graph), sketches: skeleton.inputs, samples: 6, seed: 1 });
const calibration = batchesOf(samples, { batchSize: 1, samples: 4 });

/** Bits of the products, counted over the elements of their weights. */
function meanBits(graph: Graph): number {
  let [bits, elements] = [0, 0];
  for (const { op, attributes } of graph.nodes) {
    if (op !== "MatMulNBits") continue;
    const of = (name: string): number => (attributes[name] as { readonly value: number }).value;
    bits += of("bits") * of("K") * of("N");
    elements += of("K") * of("N");
  }
  return bits / elements;
}

async function sqnr(graph: Graph): Promise<number> {
  const found: number[] = [];
  let i = 0;
  for await (const { feeds } of samples) {
    if (i++ < 4) continue;
    found.push(sqnrOf(await run(executor, skeleton.graph, feeds), await run(executor, graph, feeds)));
  }
  return Math.min(...found);
}

it("a budget of 6 bits is spent where outputs suffer most, and never exceeded", async () => {
  const all = await quantizeGraph(
    skeleton.graph,
    { mode: "weight-only", bits: 4, tables: false },
    { executor, calibration },
  );
  const mixed = await quantizeGraph(
    skeleton.graph,
    { mode: "weight-only", averageBits: 6, tables: false },
    { executor, calibration },
  );
  const [four, eight] = [all.graph, mixed.graph];
  expect(meanBits(four)).toBe(4);
  expect(meanBits(eight)).toBeLessThanOrEqual(6);
  expect(meanBits(eight)).toBeGreaterThan(4.5);
  expect(new Set(mixed.plan.nodes.map((node) => ("groups" in node ? node.groups?.bits : 0))).size).toBeGreaterThan(1);
  expect(await sqnr(eight)).toBeGreaterThan((await sqnr(four)) + 3);
});
