// How much error each quantized operator brings in, measured by running the model: at its own output in the quantized
// model, less what came in with its inputs; or at the outputs of the network when it alone is quantized.
// Errors are noise over signal, sum (float - quantized)^2 / sum float^2, so that layers of different scale compare.

import {
  isFloat,
  numbersOf,
  type Batches,
  type Executor,
  type Feeds,
  type Graph,
  type Node,
  type RunOptions,
  type Tensor,
} from "@tersor/core";

/** What runs the models, and on what. */
export interface ErrorTools extends RunOptions {
  readonly executor: Executor;
  /** All of them are run; a few are enough. */
  readonly batches: Batches;
  /** Told of each operator that is done. */
  readonly onNode?: (done: number, total: number) => void;
}

/** Most tensors that are looked at in one run. */
const TAPS = 16;

/**
 * The error that each node adds at its own output: noise over signal there, less that of its worst input. Nodes whose
 * output has no counterpart of the same name in the quantized graph are missing. Runs both models once per 16 nodes.
 */
export async function outputErrors(
  reference: Graph,
  quantized: Graph,
  names: readonly string[],
  tools: ErrorTools,
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set(names);
  const nodes = reference.nodes.filter(({ name }) => wanted.has(name));
  const made = new Set(quantized.nodes.flatMap(({ outputs }) => outputs));
  const own = new Set(reference.nodes.flatMap(({ outputs }) => outputs));
  const inBoth = (name: string): boolean => made.has(name) && own.has(name);
  const errors = new Map<string, number>();
  for (let start = 0; start < nodes.length; start += TAPS) {
    const group = nodes.slice(start, start + TAPS);
    const tap = [...new Set(group.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]).filter(inBoth))];
    const noise = await compare(reference, quantized, tap, tools);
    for (const node of group) addError(errors, node, noise);
    tools.onNode?.(start + group.length, nodes.length);
  }
  return errors;
}

function addError(
  errors: Map<string, number>,
  { name, inputs, outputs }: Node,
  noise: ReadonlyMap<string, number>,
): void {
  const worst = (tensors: readonly string[]) => Math.max(...tensors.flatMap((tensor) => noise.get(tensor) ?? []));
  const output = worst(outputs);
  if (output !== -Infinity) errors.set(name, Math.max(0, output - Math.max(0, worst(inputs))));
}

/**
 * The error at the outputs of the network when one node alone is quantized, for each node. `only` makes that model;
 * undefined leaves a node out. Compiles and runs as many models as there are nodes.
 */
export async function networkErrors(
  reference: Graph,
  names: readonly string[],
  only: (name: string) => Promise<Graph | undefined>,
  tools: ErrorTools,
): Promise<ReadonlyMap<string, number>> {
  const expected = await outputsOf(reference, tools);
  const errors = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const graph = await only(name);
    if (graph !== undefined) {
      const sums: Sums = new Map();
      const actual = await outputsOf(graph, tools);
      expected.forEach((feeds, batch) => addNoise(sums, feeds, actual[batch] ?? {}));
      const noise = [...noiseOf(sums).values()];
      errors.set(name, noise.reduce((sum, value) => sum + value, 0) / Math.max(1, noise.length));
    }
    tools.onNode?.(i + 1, names.length);
  }
  return errors;
}

/** Noise over signal of tensors that both models make; one batch in memory at a time. */
async function compare(
  reference: Graph,
  quantized: Graph,
  tap: readonly string[],
  tools: ErrorTools,
): Promise<ReadonlyMap<string, number>> {
  // Without fusions, so that inner values are there to be seen.
  const options = { ...limits(tools), tap, optimization: "basic" } as const;
  const first = await tools.executor.compile(reference, options);
  try {
    const second = await tools.executor.compile(quantized, options);
    const sums: Sums = new Map();
    try {
      for await (const feeds of tools.batches)
        addNoise(sums, await first.run(feeds, limits(tools)), await second.run(feeds, limits(tools)));
    } finally {
      await second.dispose();
    }
    return noiseOf(sums);
  } finally {
    await first.dispose();
  }
}

/** The outputs for all batches; ends the model. */
async function outputsOf(graph: Graph, tools: ErrorTools): Promise<readonly Feeds[]> {
  const model = await tools.executor.compile(graph, limits(tools));
  const results: Feeds[] = [];
  try {
    for await (const feeds of tools.batches) results.push(await model.run(feeds, limits(tools)));
    return results;
  } finally {
    await model.dispose();
  }
}

/** Squares of values and of errors by tensor. */
type Sums = Map<string, { signal: number; noise: number }>;

function addNoise(sums: Sums, expected: Feeds, actual: Feeds): void {
  for (const [name, tensor] of Object.entries(expected)) {
    const other = actual[name];
    if (other === undefined || !comparable(tensor, other)) continue;
    const sum = sums.get(name) ?? { signal: 0, noise: 0 };
    addSquares(sum, tensor, other);
    sums.set(name, sum);
  }
}

function noiseOf(sums: Sums): ReadonlyMap<string, number> {
  return new Map(
    Array.from(sums, ([name, { signal, noise }]) => [name, noise === 0 ? 0 : noise / Math.max(signal, LEAST)]),
  );
}

/** Stands for a signal that is all zero. */
const LEAST = 1e-12;

function comparable(a: Tensor, b: Tensor): boolean {
  return isFloat(a.dtype) && isFloat(b.dtype) && a.shape.join() === b.shape.join();
}

function addSquares(sum: { signal: number; noise: number }, expected: Tensor, actual: Tensor): void {
  const [left, right] = [numbersOf(expected), numbersOf(actual)];
  for (let i = 0; i < left.length; i++) {
    const [value, other] = [Number(left[i]), Number(right[i])];
    if (!Number.isFinite(value)) continue;
    sum.signal += value * value;
    // What became NaN or infinite is as wrong as can be, but must not hide how wrong the rest is.
    sum.noise += Number.isFinite(other) ? (value - other) ** 2 : Math.max(1, value * value);
  }
}

function limits({ signal, timeoutMs }: ErrorTools): RunOptions {
  return { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
}
