// What is recognised as LayerNorm, RMSNorm or GELU is replaced by onnxruntime's fused operator of that name: the model
// must compute the same. Counts of masks and norms are held against exports of the same model in other forms.
import {
  attribute,
  edit,
  gelus,
  indexChains,
  layerNorms,
  maskedSoftmaxes,
  nodeOf,
  quantizationPasses,
  runPasses,
  type Feeds,
  type GeluPattern,
  type Graph,
  type Node,
  type NormPattern,
} from "@tersor/core";
import { createExecutor, readModel } from "@tersor/onnx";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels, modelFile, testFeeds } from "../inference/bank.ts";
import { relativeError } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

const load = async (model: string): Promise<Graph> => runPasses(await readModel(modelFile(model)), quantizationPasses);
const run = async (graph: Graph, feeds: Feeds): Promise<Feeds> => {
  const executable = await executor.compile(graph);
  const outputs = await executable.run(feeds);
  await executable.dispose();
  return outputs;
};

describe.skipIf(bankModels.length === 0)("recognised patterns are what they seem (skipped without TERSOR_BANK)", () => {
  it.each([
    { model: "bert_seqcls_op14ln", norms: 5, found: 2 },
    { model: "llama_lm", norms: 5, found: 0 },
    { model: "t5_encoder", norms: 5, found: 0 },
    { model: "flan_t5_summ", norms: 7, found: 2 },
    { model: "gpt2_lm", norms: 0, found: 2 },
    { model: "gptj_lm", norms: 0, found: 2 },
    { model: "bloom_lm", norms: 0, found: 2 },
    { model: "albert_sst2", norms: 0, found: 3 },
    { model: "vit_cls", norms: 0, found: 2 },
    { model: "convnext_cls", norms: 0, found: 5 },
  ])("$model", { timeout: 60_000 }, async ({ model, norms, found }) => {
    const graph = await load(model);
    const fused = fuse(graph, layerNorms(graph), gelus(graph));
    expect([layerNorms(graph).length, gelus(graph).length]).toEqual([norms, found]);
    for (const feeds of testFeeds(model, graph)) {
      const [before, after] = [await run(graph, feeds), await run(fused, feeds)];
      for (const name of Object.keys(before)) expect(relativeError(before[name]!, after[name])).toBeLessThan(1e-4);
    }
  });

  it("finds the same parts in each export of one model", async () => {
    const forms = await Promise.all(
      ["bert_seqcls", "bert_seqcls_dynamo", "bert_seqcls_op14ln", "bert_seqcls_sdpa"].map(load),
    );
    const count = (graph: Graph, op: string) => graph.nodes.filter((node) => node.op === op).length;
    expect(forms.map((graph) => layerNorms(graph).length + count(graph, "LayerNormalization"))).toEqual([5, 5, 5, 5]);
    expect(forms.map((graph) => gelus(graph).length + count(graph, "Gelu"))).toEqual([2, 2, 2, 2]);
    const masked = (graph: Graph) => [...maskedSoftmaxes(graph).nodes].filter(({ op }) => op === "Add").length;
    expect(forms.map(masked)).toEqual([2, 2, 2, 2]);
  });

  it("leaves operators with weights out of masks and index chains, in every model", { timeout: 120_000 }, async () => {
    const weighted = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU"]);
    for (const model of bankModels) {
      const graph = await load(model);
      const found = [...maskedSoftmaxes(graph).nodes, ...indexChains(graph)].filter(({ op }) => weighted.has(op));
      expect(found, model).toEqual([]);
    }
  });
});

/** Puts one fused operator in the place of each pattern. */
function fuse(graph: Graph, norms: readonly NormPattern[], found: readonly GeluPattern[]): Graph {
  return edit(graph, (draft) => {
    draft.raiseOpset("com.microsoft", 1);
    for (const pattern of norms) swap(pattern, fusedNorm(pattern));
    for (const pattern of found) swap(pattern, fusedGelu(pattern));
    function swap({ output, nodes }: NormPattern | GeluPattern, node: Node): void {
      draft.replace(draft.producer(output)!, node);
      for (const part of nodes) if (draft.has(part)) removeUnread(part);
    }
    function removeUnread(part: Node): void {
      if (part.outputs.every((name) => draft.consumers(name).length === 0 && !draft.isOutput(name))) draft.remove(part);
    }
  });
}

/** onnxruntime has both in ONNX's own domain for every operator set. */
function fusedNorm({ kind, input, output, gamma, beta, epsilon, axes }: NormPattern): Node {
  expect(axes).toEqual([-1]);
  const inputs = [input, gamma!, ...(beta === undefined ? [] : [beta])];
  const attributes = { axis: attribute.int(-1), epsilon: attribute.float(epsilon) };
  return nodeOf(
    kind === "layer" ? "LayerNormalization" : "SimplifiedLayerNormalization",
    `${output}_fused`,
    inputs,
    [output],
    attributes,
  );
}

function fusedGelu({ kind, input, output }: GeluPattern): Node {
  return nodeOf(kind === "erf" ? "Gelu" : "FastGelu", `${output}_fused`, [input], [output], {}, "com.microsoft");
}
