// What the suites of passes need of a bank model: its stored outputs, and all constants of all its levels.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
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
export function constantsOf(
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
export function weightsOf(graph: Subgraph): readonly (readonly [name: string, weight: Weight])[] {
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
