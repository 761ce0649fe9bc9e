// A graph model in TensorFlow.js on the WebAssembly backend (SIMD, one thread: Node gives it no more). Kernels that the
// backend lacks are those of the CPU backend, and operations that TensorFlow.js lacks or gets wrong are replaced.
// https://github.com/tensorflow/tfjs/tree/master/tfjs-converter

import { createRequire } from "node:module";
import type { Feeds } from "@tersor/core";
import type * as Converter from "@tensorflow/tfjs-converter";
import type * as Tfjs from "@tensorflow/tfjs-core";
import type { UnsupportedOperation } from "../../errors.ts";
import { tfjsMissing } from "../errors.ts";
import type { HostModel } from "../protocol.ts";
import { registerOperations } from "./custom-ops.ts";
import { fillKernels } from "./kernels.ts";
import type { LoadedModel } from "./loaded.ts";
import { outputsFrom, toTfjs } from "./tensors.ts";

type GraphModelSource = Extract<HostModel, { kind: "graph-model" }>;

interface Runtime {
  readonly tf: typeof Tfjs;
  readonly converter: typeof Converter;
}

/** Loads a graph model; what the converter has no operation for is listed and not run. */
export async function loadGraphModel(model: GraphModelSource): Promise<LoadedModel> {
  const { tf, converter } = await loadTfjs();
  const loaded = await converter.loadGraphModel(tf.io.fromMemory(artifactsOf(model)));
  const nodes = nodesOf(loaded);
  const dynamic = nodes.some(({ category }) => dynamicCategories.has(category));
  const execute = async (fed: Tfjs.NamedTensorMap, names: string[]) =>
    [dynamic ? await loaded.executeAsync(fed, names) : loaded.execute(fed, names)].flat();
  return { missing: missingIn(nodes), run: (feeds) => run(tf, execute, model, feeds) };
}

async function loadTfjs(): Promise<Runtime> {
  const load = createRequire(import.meta.url);
  try {
    const tf = load("@tensorflow/tfjs-core") as typeof Tfjs;
    load("@tensorflow/tfjs-backend-cpu");
    load("@tensorflow/tfjs-backend-wasm");
    const converter = load("@tensorflow/tfjs-converter") as typeof Converter;
    await tf.setBackend("wasm");
    fillKernels(tf);
    registerOperations(tf, converter);
    return { tf, converter };
  } catch (error) {
    throw tfjsMissing({ reason: String(error instanceof Error ? error.message : error).split("\n")[0]! });
  }
}

function artifactsOf({ topology, weightSpecs, weightData, inputs, outputs }: GraphModelSource): Tfjs.io.ModelArtifacts {
  const entries = (named: GraphModelSource["inputs"]) =>
    Object.fromEntries(named.map(({ name, tensor }) => [name, { name: tensor }]));
  const { buffer, byteOffset, byteLength } = weightData;
  return {
    format: "graph-model",
    modelTopology: topology,
    weightSpecs: weightSpecs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
    weightData: (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength),
    signature: { inputs: entries(inputs), outputs: entries(outputs) },
  };
}

async function run(
  tf: typeof Tfjs,
  execute: (fed: Tfjs.NamedTensorMap, names: string[]) => Promise<Tfjs.Tensor[]>,
  { inputs, outputs }: GraphModelSource,
  feeds: Feeds,
): Promise<Feeds> {
  const fed = Object.fromEntries(inputs.map(({ name }) => [name, toTfjs(tf, feeds[name]!)]));
  const results = await execute(
    fed,
    outputs.map(({ name }) => name),
  );
  try {
    return await outputsFrom(results, outputs);
  } finally {
    tf.dispose([...Object.values(fed), ...results]);
  }
}

/** The fields of the converter's executor that say what it knows; pinned by the version of the dependency. */
interface Inner {
  readonly executor: {
    readonly graph: ConverterGraph;
    readonly functionExecutorMap: Readonly<Record<string, { readonly graph: ConverterGraph }>>;
  };
}

interface ConverterGraph {
  readonly nodes: Readonly<Record<string, ConverterNode>>;
}

interface ConverterNode {
  readonly name: string;
  readonly op: string;
  /** undefined for operations that the converter does not know. */
  readonly category: string | undefined;
}

/** What may wait for values only runs asynchronously. */
const dynamicCategories: ReadonlySet<string | undefined> = new Set(["control", "dynamic", "hash_table"]);

function nodesOf(loaded: Converter.GraphModel): readonly ConverterNode[] {
  const { executor } = loaded as unknown as Inner;
  const graphs = [executor.graph, ...Object.values(executor.functionExecutorMap).map(({ graph }) => graph)];
  return graphs.flatMap(({ nodes }) => Object.values(nodes));
}

function missingIn(nodes: readonly ConverterNode[]): UnsupportedOperation[] {
  return nodes
    .filter(({ category }) => category === undefined)
    .map(({ name, op }) => ({ node: name, op, why: "TensorFlow.js does not have it" }));
}
