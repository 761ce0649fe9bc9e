// Every rule against TensorFlow: small cases of single operations, many to a graph, made by tools/make-tensorflow-op-cases.py
// and run in onnxruntime, as converted and after the passes that doors run.

import { importPasses, runPasses, tensorFromBytes, type Feeds, type Graph, type Tensor } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { relativeDifference } from "../test-support/differences.ts";
import {
  graphOfCases,
  operationFamilies,
  type OperationCase,
  type StoredTensor,
} from "../test-support/operation-cases.ts";
import { convertGraph } from "./convert.ts";

/** Float32 arithmetic in another order. */
const TOLERANCE = 2e-6;

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

describe.each(Object.keys(operationFamilies))("%s", (name) => {
  const family = operationFamilies[name]!;
  const { cases } = family;
  const results: Feeds[] = [];

  beforeAll(async () => {
    for (const rows of groupsOf(cases)) {
      const converted = convertGraph(graphOfCases(family, rows));
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
function groupsOf(cases: readonly OperationCase[]): readonly (readonly OperationCase[])[] {
  const closed = cases.filter(({ open }) => !open);
  return [...(closed.length > 0 ? [closed] : []), ...cases.filter(({ open }) => open).map((row) => [row])];
}

async function run(graph: Graph, cases: readonly OperationCase[]): Promise<Feeds> {
  const feeds = cases.flatMap((row) => row.inputs.map(([input, tensor]) => [input, tensorOf(tensor)] as const));
  const executable = await executor.compile(graph, { optimization: "disabled" });
  const result = await executable.run(Object.fromEntries(feeds));
  await executable.dispose();
  return result;
}

function tensorOf({ dtype, shape, data }: StoredTensor): Tensor {
  return tensorFromBytes(dtype, shape, new Uint8Array(Buffer.from(data, "base64")));
}
