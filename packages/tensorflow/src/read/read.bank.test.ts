// All models of the bank in every format they are in. Oracle: the frozen graph, whose constants TensorFlow itself made of
// the variables; what each computes is held to TensorFlow's outputs beside the conversion.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isExactOrigin, restoreSource, type Graph, type Tensor } from "@tersor/core";
import { afterAll, describe, expect, it } from "vitest";
import { tensorflowAdapter } from "../adapter.ts";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { bankFile, bankModels, storedRuns } from "../test-support/bank.ts";
import { relativeDifference } from "../test-support/differences.ts";
import { writeWeightsBack } from "../weights/write-back.ts";
import { readTensorFlow } from "./read.ts";

const formats = ["frozen.pb", "saved_model", "ckpt", "tfjs_graph"] as const;
const present = formats.flatMap((format) => bankModels(format).map((model) => [model, format] as const));
const folder = mkdtempSync(join(tmpdir(), "tersor-bank-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Weights of two and more axes, in an order that does not depend on names. */
function weightsOf(graph: TensorFlowGraph): readonly string[] {
  const nodes = [graph, ...graph.functions.values()].flatMap((level) => level.nodes);
  const tensors = nodes.flatMap(({ attributes }) => {
    const value = attributes["value"];
    return value?.kind === "tensor" && value.value.dtype === "float32" && value.value.shape.length > 1
      ? [value.value.tensor()]
      : [];
  });
  return [...new Set(tensors.map(fingerprint))].sort();
}

function fingerprint({ shape, data }: Tensor): string {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return `${shape.join("x")} ${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}`;
}

describe.skipIf(present.length === 0)("the bank (skipped where TERSOR_BANK names no folder)", () => {
  it.each(present)("%s is read from %s", (model, format) => {
    const graph = readTensorFlow(bankFile(model, format));
    const [run] = storedRuns(model);
    expect(graph.inputs).toHaveLength(Object.keys(run!.feeds).length);
    expect(graph.outputs).toHaveLength(run!.outputs.length);
    for (const { attributes } of graph.nodes)
      if (attributes["value"]?.kind === "tensor") attributes["value"].value.tensor();
  });

  it.each(present.filter(([model, format]) => format !== "frozen.pb" && bankModels("frozen.pb").includes(model)))(
    "the weights of %s in %s are those of the frozen graph",
    (model, format) => {
      const frozen = weightsOf(readTensorFlow(bankFile(model, "frozen.pb")));
      expect(weightsOf(readTensorFlow(bankFile(model, format)))).toEqual(frozen);
    },
  );

  it.each(present)("the weights of %s find their way home into %s", async (model, format) => {
    const source = bankFile(model, format);
    const graph = await tensorflowAdapter.read(source);
    const target = join(folder, `${model}.${format}`);
    const { changed, lost } = await writeWeightsBack(graph, source, target);
    // Only weights that scales were folded into are not what they were to the bit.
    expect(changed.filter((name) => exactSources(graph).has(name))).toEqual([]);
    expect(lost.map(({ why }) => why).filter((why) => why.includes("no tensor"))).toEqual([]);
    const after = sourcesOf(await tensorflowAdapter.read(target));
    for (const [name, tensor] of sourcesOf(graph))
      expect(relativeDifference(after.get(name), tensor), name).toBeLessThan(2 ** -20);
    rmSync(target, { recursive: true, force: true });
  });
});

/** Sources whose chains are exact. */
function exactSources({ weights }: Graph): ReadonlySet<string> {
  const exact = [...weights.values()].filter(({ origin }) => isExactOrigin(origin));
  return new Set(exact.flatMap(({ origin }) => (origin.kind === "chain" ? [origin.source] : [])));
}

/** The source's tensors as the weights of a graph give them back. */
function sourcesOf({ weights }: Graph): ReadonlyMap<string, Tensor> {
  const chains = [...weights.values()].filter(({ origin }) => origin.kind === "chain");
  return new Map(
    chains.flatMap((weight) => {
      const { origin } = weight;
      return origin.kind === "chain" && weight.source.dtype === "float32"
        ? [[origin.source, restoreSource(weight)]]
        : [];
    }),
  );
}
