// Loops, conditions, lists and recurrent layers as TensorFlow writes them (tools/make-tensorflow-control-cases.py),
// converted and run on onnxruntime, beside what TensorFlow makes of them; each twice, with other sizes the second time.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { importPasses, numbersOf, runPasses, tensorFromBytes, type DataType, type Tensor } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { convertGraph, readFrozenGraph } from "@tersor/tensorflow";
import { afterAll, describe, expect, it } from "vitest";

interface ArrayRow {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: string;
}

interface Case {
  readonly name: string;
  readonly graph: string;
  readonly runs: readonly {
    readonly inputs: readonly (readonly [string, ArrayRow])[];
    readonly outputs: readonly (readonly [string, ArrayRow])[];
  }[];
}

const file = new URL("../../packages/tensorflow/fixtures/control.json.gz", import.meta.url);
const cases = JSON.parse(gunzipSync(readFileSync(file)).toString()) as readonly Case[];
const executor = createExecutor();
afterAll(() => executor.dispose());

function tensorOf({ dtype, shape, data }: ArrayRow): Tensor {
  return tensorFromBytes(dtype, shape, new Uint8Array(Buffer.from(data, "base64")));
}

function converted({ graph, runs }: Case) {
  const outputs = runs[0]!.outputs.map(([name]) => name);
  return convertGraph(readFrozenGraph(new Uint8Array(Buffer.from(graph, "base64")), { outputs }));
}

describe("control flow of TensorFlow", () => {
  it.each(cases.map((each) => [each.name, each] as const))("%s", async (_, each) => {
    const raw = converted(each);
    for (const graph of [raw, runPasses(raw, importPasses)]) {
      const executable = await executor.compile(graph);
      for (const { inputs, outputs } of each.runs) {
        const found = await executable.run(Object.fromEntries(inputs.map(([name, row]) => [name, tensorOf(row)])));
        outputs.forEach(([name, row], i) => expectClose(found[name] ?? found[graph.outputs[i]!.name]!, tensorOf(row)));
      }
      await executable.dispose();
    }
  });
});

function expectClose(found: Tensor, expected: Tensor): void {
  expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  const size = Array.from(b, Math.abs).reduce((most, x) => Math.max(most, x), 0);
  const difference = Array.from(b, (x, i) => Math.abs(x - a[i]!)).reduce((most, x) => Math.max(most, x), 0);
  expect(difference).toBeLessThanOrEqual(1e-5 * size);
}
