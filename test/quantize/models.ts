// Small float models and what quantizing makes of them, both run by onnxruntime.
import {
  float32,
  nodeOf,
  originOf,
  sourceOf,
  subgraphsOf,
  type Batches,
  type Dim,
  type Executor,
  type Feeds,
  type Graph,
  type Node,
  type Subgraph,
  type Tensor,
  type ValueType,
} from "@tersor/core";
import { compareTensors } from "@tersor/evaluate";
import { quantizeGraph, type QuantizationOptions, type QuantizedGraph } from "@tersor/quantize";

export type Weights = Readonly<Record<string, Tensor>>;

/** Numbers without a pattern, in [-1, 1), times `size`. */
export function noise(shape: readonly number[], size = 1, seed = 0): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const value = (i: number): number => ((Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453) % 1) * size;
  return float32(
    shape,
    Array.from({ length: count }, (_, i) => value(i)),
  );
}

/** A node named after its first output. */
export function op(type: string, inputs: string, outputs: string, attributes: Node["attributes"] = {}): Node {
  const names = outputs.split(" ").map((name) => (name === "_" ? "" : name));
  return nodeOf(
    type,
    names.find((name) => name !== "") ?? type,
    inputs === "" ? [] : inputs.split(" ").map((name) => (name === "_" ? "" : name)),
    names,
    attributes,
  );
}

export function bodyOf(nodes: readonly Node[], outputs: string, weights: Weights = {}): Subgraph {
  const type: ValueType = { kind: "tensor", dtype: "float32" };
  return {
    name: "body",
    inputs: [],
    outputs: outputs.split(" ").map((name) => ({ name, type })),
    nodes,
    weights: new Map(
      Object.entries(weights).map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    types: new Map(),
  };
}

export interface ModelSpec {
  readonly nodes: readonly Node[];
  readonly weights?: Weights;
  /** Feeds to run with; inputs have their types, and their shapes unless `shapes` says otherwise. */
  readonly feeds: Feeds;
  readonly shapes?: Readonly<Record<string, readonly Dim[]>>;
  readonly outputs?: string;
  readonly opset?: number;
}

export function modelOf({ nodes, weights = {}, feeds, shapes = {}, outputs = "y", opset = 17 }: ModelSpec): Graph {
  return {
    ...bodyOf(nodes, outputs, weights),
    inputs: Object.entries(feeds).map(([name, { dtype, shape }]) => ({
      name,
      type: { kind: "tensor", dtype, shape: shapes[name] ?? shape },
    })),
    opsets: new Map([["", opset]]),
    functions: [],
    metadata: new Map(),
  };
}

export async function run(executor: Executor, graph: Graph, feeds: Feeds, fused = true): Promise<Feeds> {
  const executable = await executor.compile(graph, fused ? {} : { optimization: "disabled" });
  const results = await executable.run(feeds);
  await executable.dispose();
  return results;
}

export async function* once(feeds: Feeds): AsyncGenerator<Feeds> {
  yield await Promise.resolve(feeds);
}

/** The feeds of a model as calibration data that can be walked again. */
export function calibrationOf({ feeds }: ModelSpec): Batches {
  return { [Symbol.asyncIterator]: () => once(feeds) };
}

/** Calibrated on the feeds it will be run with. */
export function quantize(executor: Executor, spec: ModelSpec, options: QuantizationOptions): Promise<QuantizedGraph> {
  return quantizeGraph(modelOf(spec), options, { executor, calibration: calibrationOf(spec) });
}

/** Signal to quantization noise of the outputs, the smallest, in dB. */
export function sqnrOf(expected: Feeds, received: Feeds): number {
  const found = Object.entries(expected).map(([name, tensor]) => compareTensors(tensor, received[name]!));
  return Math.min(...found.map((one) => (one.kind === "float" ? one.sqnrDb : Infinity)));
}

/** Quantizes, runs both, and compares. */
export async function measure(
  executor: Executor,
  spec: ModelSpec,
  options: QuantizationOptions,
): Promise<QuantizedGraph & { readonly sqnr: number; readonly ops: string }> {
  const made = await quantize(executor, spec, options);
  const sqnr = sqnrOf(await run(executor, modelOf(spec), spec.feeds), await run(executor, made.graph, spec.feeds));
  return { ...made, sqnr, ops: opsOf(made.graph).join(" ") };
}

/** Operators in order, those of bodies in parentheses after the node they belong to. */
export function opsOf(graph: Subgraph): readonly string[] {
  return graph.nodes.map((node) => {
    const bodies = subgraphsOf(node).map(({ graph: body }) => `(${opsOf(body).join(" ")})`);
    return [node.op, ...bodies].join("");
  });
}
