// Models that Keras has saved, with inputs and what Keras computed (tools/make-keras-fixtures.py).

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { numbersOf, type Feeds, type Graph, type Tensor } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { openH5 } from "../store/h5.ts";

const packed = fileURLToPath(new URL("../../fixtures/", import.meta.url));

/** A folder for one test file. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), "tersor-keras-test-"));

  /** The path of a fixture, unpacked. */
  fixture(name: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, gunzipSync(readFileSync(join(packed, `${name}.gz`))));
    return path;
  }

  /** A path in the folder; with bytes or text, a file of them. */
  file(name: string, content?: Uint8Array | string): string {
    const path = join(this.folder, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Inputs by name, and the outputs in order. */
export interface StoredRun {
  readonly feeds: Feeds;
  readonly outputs: readonly Tensor[];
}

/** What Keras computed for a fixture. */
export async function storedRun(scratch: Scratch, name: string): Promise<StoredRun> {
  const { datasets } = await openH5(scratch.fixture(`${name}.io.h5`));
  const within = (group: string): readonly (readonly [string, Tensor])[] =>
    Array.from(datasets.values(), ({ path, source }) => [path, source.tensor()] as const)
      .filter(([path]) => path.startsWith(group))
      .map(([path, tensor]) => [path.slice(group.length), tensor]);
  return {
    feeds: Object.fromEntries(within("in/")),
    outputs: within("out/")
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, tensor]) => tensor),
  };
}

/** Outputs of a graph on onnxruntime, in the order of the graph. */
export async function run(graph: Graph, feeds: Feeds): Promise<readonly Tensor[]> {
  const executor = createExecutor();
  const executable = await executor.compile(graph);
  try {
    const outputs = await executable.run(feeds);
    return graph.outputs.map(({ name }) => outputs[name]!);
  } finally {
    await executable.dispose();
    await executor.dispose();
  }
}

/** The largest difference over the largest value; infinite where the shapes differ. */
export function difference(found: Tensor, expected: Tensor): number {
  if (found.shape.join() !== expected.shape.join()) return Infinity;
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  let [most, size] = [0, 1e-6];
  for (let i = 0; i < b.length; i++) {
    const distance = Math.abs(a[i]! - b[i]!);
    most = Math.max(most, Number.isNaN(distance) ? Infinity : distance);
    size = Math.max(size, Math.abs(b[i]!));
  }
  return most / size;
}
