// What the suites of passes need of a bank model: its stored outputs, and all constants of all its levels.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  bytesOf,
  float32Of,
  isExactOrigin,
  restoreSource,
  constantSource,
  numbersOf,
  subgraphsOf,
  type Feeds,
  type Graph,
  type Subgraph,
  type Tensor,
  type TensorSource,
  type Weight,
} from "@tersor/core";
import { readNamedTensor } from "@tersor/onnx";
import { modelFile } from "../inference/bank.ts";

/** The stored outputs of a test set, in the order of the graph's outputs. */
export function storedOutputs(model: string, set: 0 | 1, graph: Graph): Feeds {
  const folder = join(dirname(modelFile(model)), `test_data_set_${set}`);
  const files = readdirSync(folder).filter((file) => file.startsWith("output_"));
  return Object.fromEntries(
    files.map((file) => {
      const { name } = graph.outputs[Number(/\d+/.exec(file)![0])]!;
      return [name, readNamedTensor(readFileSync(join(folder, file)), file).tensor] as const;
    }),
  );
}

/** The constants of a graph by name, weights and Constant nodes; bodies side by side may use a name twice. */
function constantsOf(
  graph: Subgraph,
  into = new Map<string, TensorSource[]>(),
): ReadonlyMap<string, readonly TensorSource[]> {
  const add = (name: string, source: TensorSource): void => void into.set(name, [...(into.get(name) ?? []), source]);
  for (const [name, { source }] of graph.weights) add(name, source);
  for (const node of graph.nodes) {
    const source = constantSource(node);
    if (source) add(node.outputs[0]!, source);
    for (const { graph: body } of subgraphsOf(node)) constantsOf(body, into);
  }
  return into;
}

/** All weights of all levels, with their names. */
function weightsOf(graph: Subgraph): readonly (readonly [name: string, weight: Weight])[] {
  const inner = graph.nodes.flatMap((node) => subgraphsOf(node).flatMap(({ graph: body }) => weightsOf(body)));
  return [...graph.weights, ...inner];
}

/** Largest difference relative to the largest magnitude; infinite where shapes or types differ. */
export function relativeError(expected: Tensor, received: Tensor | undefined): number {
  if (received?.dtype !== expected.dtype || received.shape.join() !== expected.shape.join()) return Infinity;
  const [a, b] = [numbersOf(expected), numbersOf(received)];
  let [error, largest] = [0, 1e-6];
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    error = Math.max(error, Math.abs(a[i]! - b[i]!));
    if (Number.isNaN(a[i]! - b[i]!)) return Infinity;
  }
  for (let i = 0; i < a.length; i++) if (Number.isFinite(a[i]!)) largest = Math.max(largest, Math.abs(a[i]!));
  return error / largest;
}

/** Weights whose origin, run backwards, does not give the source: to the bit, or within 2^-20 where scaled. */
export function lostWeights(before: Graph, after: Graph): readonly string[] {
  const constants = constantsOf(before);
  return weightsOf(after).flatMap(([name, weight]) => {
    if (weight.origin.kind === "dropped") return [];
    const sources = constants.get(weight.origin.source) ?? [];
    return sources.some((source) => isHome(weight, source)) ? [] : [name];
  });
}

function isHome(weight: Weight, source: TensorSource): boolean {
  if (source.dtype === "string") return weight.source.dtype === "string";
  const restored = restoreSource(weight);
  if (restored.dtype !== source.dtype || restored.shape.join() !== source.shape.join()) return false;
  if (isExactOrigin(weight.origin)) return Buffer.compare(bytesOf(restored), source.bytes()) === 0;
  const [a, b] = [float32Of(restored), float32Of(source.tensor())];
  return a.every((x, i) => Math.abs(x - b[i]!) <= Math.abs(b[i]!) * 2 ** -20);
}
