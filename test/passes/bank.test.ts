// After any chain of passes a model computes what it computed before, and its weights find their way home.
// Oracle: the outputs stored with each model of the bank (made by onnxruntime from the exported file, and by PyTorch before it).
import {
  constantsToWeights,
  foldBatchNorm,
  foldConstants,
  foldConstantsWithCopies,
  foldScale,
  fuseLayerNorm,
  guardPaddedPooling,
  importPasses,
  inlineConstantIf,
  mergeBias,
  mergePad,
  mergeReshapes,
  moveTransposes,
  quantizationPasses,
  removeDeadCode,
  removeNoOps,
  runPasses,
  seededRandom,
  shareInitializers,
  shareNodes,
  standardPasses,
  transposedGemm,
  type Graph,
  type Pass,
} from "@tersor/core";
import { createExecutor, readModel } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels, modelFile, testFeeds } from "../inference/bank.ts";
import { lostWeights, relativeError, storedOutputs } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

/** All but meanToPool and tiedProduct, which may take several nodes for one. */
const everyPass: readonly Pass[] = [
  constantsToWeights,
  removeNoOps,
  foldConstants,
  foldConstantsWithCopies,
  inlineConstantIf,
  foldBatchNorm,
  foldScale,
  fuseLayerNorm,
  mergeBias,
  mergePad,
  guardPaddedPooling,
  mergeReshapes,
  moveTransposes,
  shareInitializers,
  shareNodes,
  transposedGemm,
  removeDeadCode,
];

/** The file is held against the stored outputs by the same bound, so that the runtime's own noise is known. */
const TOLERANCE = 1e-4;

describe.skipIf(bankModels.length === 0)("passes keep what a model computes (skipped without TERSOR_BANK)", () => {
  it.each(bankModels.map((model, index) => ({ model, index })))(
    "$model",
    { timeout: 120_000 },
    async ({ model, index }) => {
      const graph = await readModel(modelFile(model));
      const before = await outputsOf(graph, model);
      const lists = [standardPasses, quantizationPasses, importPasses, randomChain(index + 1)];
      for (const list of lists) {
        const after = runPasses(graph, list, { verify: true });
        expect(after.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
        const names = list.map(({ name }) => name).join(", ");
        expect(differences(before, await outputsOf(after, model)), names).toEqual([]);
        expect(lostWeights(graph, after), names).toEqual([]);
        expect(runPasses(after, list)).toBe(after);
      }
      const stored = ([0, 1] as const).map((set) => storedOutputs(model, set, graph));
      expect(differences(stored, before, 1e-3)).toEqual([]);
    },
  );
});

type Outputs = readonly ReturnType<typeof storedOutputs>[];

async function outputsOf(graph: Graph, model: string): Promise<Outputs> {
  const executable = await executor.compile(graph);
  const outputs: ReturnType<typeof storedOutputs>[] = [];
  for (const feeds of testFeeds(model, graph)) outputs.push(await executable.run(feeds));
  await executable.dispose();
  return outputs;
}

function differences(expected: Outputs, received: Outputs, tolerance = TOLERANCE): readonly string[] {
  return expected.flatMap((outputs, set) =>
    Object.entries(outputs).flatMap(([name, tensor]) => {
      const error = relativeError(tensor, received[set]![name]);
      return error <= tolerance ? [] : [`set ${set}, ${name}: ${error.toExponential(2)}`];
    }),
  );
}

/** Between one and all of the passes in an order from a seed. */
function randomChain(seed: number): readonly Pass[] {
  const random = seededRandom(seed);
  const shuffled = everyPass.map((pass) => ({ pass, at: random() })).sort((a, b) => a.at - b.at);
  return shuffled.slice(0, 1 + Math.floor(random() * everyPass.length)).map(({ pass }) => pass);
}
