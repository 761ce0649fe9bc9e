// Every rule against TensorFlow: small cases of single operations, many to a graph, made by tools/make-tensorflow-op-cases.py
// and run in onnxruntime, as converted and after the passes that doors run.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  importPasses,
  runPasses,
  tensorFromBytes,
  type DataType,
  type Feeds,
  type Graph,
  type Tensor,
} from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFrozenGraph } from "../read/frozen.ts";
import { relativeDifference } from "../test-support/differences.ts";
import { convertGraph } from "./convert.ts";

interface StoredTensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: string;
}

interface Case {
  readonly name: string;
  readonly inputs: readonly (readonly [name: string, tensor: StoredTensor])[];
  readonly outputs: readonly (readonly [name: string, tensor: StoredTensor])[];
  /** Whether sizes of its inputs are left open. */
  readonly open?: boolean;
  /** Largest relative difference, where it is not that of float32. */
  readonly tolerance?: number;
}

interface Family {
  readonly graph: string;
  readonly cases: readonly Case[];
}

const file = new URL("../../fixtures/operations.json.gz", import.meta.url);
const families = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Readonly<Record<string, Family>>;

/** Float32 arithmetic in another order. */
const TOLERANCE = 2e-6;

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

describe.each(Object.keys(families))("%s", (name) => {
  const { graph: stored, cases } = families[name]!;
  const results: Feeds[] = [];

  beforeAll(async () => {
    for (const rows of groupsOf(cases)) {
      const outputs = rows.flatMap((row) => row.outputs.map(([output]) => output));
      const converted = convertGraph(readFrozenGraph(Buffer.from(stored, "base64"), { outputs }));
      for (const graph of [converted, runPasses(converted, importPasses)]) results.push(await run(graph, rows));
    }
  });

  it.each(cases.map((row) => [row.name, row] as const))("%s", (_, row) => {
    for (const [output, expected] of row.outputs) {
      const found = results.flatMap((result) => result[output] ?? []);
      expect(found.map(({ dtype }) => dtype)).toEqual([expected.dtype, expected.dtype]);
      for (const tensor of found)
        expect(relativeDifference(tensor, tensorOf(expected))).toBeLessThanOrEqual(row.tolerance ?? TOLERANCE);
    }
  });
});

/** All cases of stated shapes together, and each open one alone: first axes that are open count as the same batch. */
function groupsOf(cases: readonly Case[]): readonly (readonly Case[])[] {
  const closed = cases.filter(({ open }) => !open);
  return [...(closed.length > 0 ? [closed] : []), ...cases.filter(({ open }) => open).map((row) => [row])];
}

async function run(graph: Graph, cases: readonly Case[]): Promise<Feeds> {
  const feeds = cases.flatMap((row) => row.inputs.map(([input, tensor]) => [input, tensorOf(tensor)] as const));
  const executable = await executor.compile(graph, { optimization: "disabled" });
  const result = await executable.run(Object.fromEntries(feeds));
  await executable.dispose();
  return result;
}

function tensorOf({ dtype, shape, data }: StoredTensor): Tensor {
  return tensorFromBytes(dtype, shape, new Uint8Array(Buffer.from(data, "base64")));
}
