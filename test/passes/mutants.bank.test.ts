// Models that are slightly wrong: attributes, inputs and operators changed at random. Where onnxruntime still runs one,
// it must compute the same after the passes; where it does not, the passes must end all the same.
import {
  problemsOf,
  quantizationPasses,
  runPasses,
  seededRandom,
  standardPasses,
  type Attribute,
  type Feeds,
  type Graph,
  type Node,
} from "@tersor/core";
import { createExecutor, readModel } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels, modelFile, testFeeds } from "../inference/bank.ts";
import { relativeError } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

const MUTANTS = 60;
const odd = [0, 1, -1, 2, -2, 3, 7, 2 ** 31, -(2 ** 40), 1e9];

describe.skipIf(bankModels.length === 0)("passes on models with faults (skipped without TERSOR_BANK)", () => {
  it.each(["gru_tagger", "distilgpt2_lm", "caffenet", "shufflenet_v2", "t5_encoder", "minilm_sst2"])(
    "%s",
    { timeout: 120_000 },
    async (model) => {
      const graph = await readModel(modelFile(model));
      const [feeds] = testFeeds(model, graph);
      let compared = 0;
      for (let seed = 1; seed <= MUTANTS; seed++) {
        const mutant = mutate(graph, seededRandom(seed));
        if (problemsOf(mutant).length > 0) continue;
        const smaller = [standardPasses, quantizationPasses].map((list) => runPasses(mutant, list, { verify: true }));
        const expected = await tryRun(mutant, feeds!);
        if (expected === undefined) continue;
        compared++;
        for (const after of smaller)
          expect(differences(expected, await tryRun(after, feeds!)), `seed ${seed}`).toEqual([]);
      }
      expect(compared).toBeGreaterThan(5);
    },
  );
});

/** The outputs, or undefined where the runtime refuses the model. */
async function tryRun(graph: Graph, feeds: Feeds): Promise<Feeds | undefined> {
  try {
    const executable = await executor.compile(graph, { optimization: "disabled" });
    const outputs = await executable.run(feeds);
    await executable.dispose();
    return outputs;
  } catch {
    return undefined;
  }
}

function differences(expected: Feeds, received: Feeds | undefined): readonly string[] {
  if (!received) return ["does not run any more"];
  return Object.keys(expected).filter((name) => !(relativeError(expected[name]!, received[name]) < 1e-3));
}

function mutate(graph: Graph, random: () => number): Graph {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const at = Math.floor(random() * graph.nodes.length);
  const earlier = [
    ...graph.inputs.map(({ name }) => name),
    ...graph.weights.keys(),
    ...graph.nodes.slice(0, at).flatMap(({ outputs }) => outputs),
  ];
  const node = graph.nodes[at]!;
  const changes: readonly (() => Partial<Node>)[] = [
    () => ({
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, value]) => [name, strange(value, pick)]),
      ),
    }),
    () => ({ attributes: {} }),
    () => ({ inputs: node.inputs.with(Math.floor(random() * node.inputs.length), pick(earlier)) }),
    () => ({ op: pick(graph.nodes).op }),
  ];
  const change = pick(node.inputs.length > 0 ? changes : changes.slice(0, 2));
  return { ...graph, nodes: graph.nodes.with(at, { ...node, ...change() }) };
}

function strange(value: Attribute, pick: (list: readonly number[]) => number): Attribute {
  if (value.kind === "ints") return { ...value, value: value.value.map(() => pick(odd)) };
  return value.kind === "int" || value.kind === "float" ? { ...value, value: pick(odd) } : value;
}
