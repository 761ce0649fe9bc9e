// How far a quantized graph is from the float one at the outputs, on data.

import { isFloat, numbersOf, type Batches, type Executor, type Feeds, type Graph, type Tensor } from "@tersor/core";

/** More batches than these say little more. */
const JUDGED_BATCHES = 64;

/**
 * Noise over signal of the output that suffers most, over the first batches. Outputs that are not float, and batches in
 * which a shape depends on the values and differs, do not count; 0 where none counts.
 */
export async function outputError(
  executor: Executor,
  float: Graph,
  quantized: Graph,
  batches: Batches,
): Promise<number> {
  const expected = await executor.compile(float);
  const received = await executor.compile(quantized);
  const sums = new Map<string, { signal: number; noise: number }>();
  try {
    let count = 0;
    for await (const feeds of batches) {
      addBatch(sums, await expected.run(feeds), await received.run(feeds));
      if (++count === JUDGED_BATCHES) break;
    }
  } finally {
    await expected.dispose();
    await received.dispose();
  }
  const ratios = [...sums.values()].flatMap(({ signal, noise }) => (signal > 0 ? [noise / signal] : []));
  return Math.max(0, ...ratios.map((ratio) => (Number.isNaN(ratio) ? Infinity : ratio)));
}

function addBatch(sums: Map<string, { signal: number; noise: number }>, expected: Feeds, received: Feeds): void {
  for (const [name, tensor] of Object.entries(expected)) {
    const other = received[name];
    if (!isFloat(tensor.dtype) || other?.shape.join() !== tensor.shape.join()) continue;
    const sum = sums.get(name) ?? { signal: 0, noise: 0 };
    addTensor(sum, tensor, other);
    sums.set(name, sum);
  }
}

function addTensor(sum: { signal: number; noise: number }, expected: Tensor, received: Tensor): void {
  const [a, b] = [numbersOf(expected), numbersOf(received)];
  for (let i = 0; i < a.length; i++) {
    const value = a[i]!;
    if (!Number.isFinite(value)) continue;
    sum.signal += value * value;
    sum.noise += (value - b[i]!) ** 2;
  }
}
