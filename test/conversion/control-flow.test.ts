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

describe("layers of TensorFlow and Keras", () => {
  const layers: Readonly<Record<string, string>> = {
    "dynamic lstm of lengths": "LSTM",
    "dynamic gru of lengths": "GRU",
    "dynamic rnn of lengths": "RNN",
    "dynamic basic lstm": "LSTM",
    "dynamic in both directions": "LSTM,GRU",
    "dynamic lstm with a state": "LSTM",
    "keras lstm relu": "LSTM",
    "keras lstm hard sigmoid": "LSTM",
    "keras lstm implementation 1": "LSTM",
    "keras gru": "GRU",
    "keras gru reset before": "GRU",
    "keras gru implementation 1": "GRU",
    "keras gru reset before implementation 1": "GRU",
    "keras simple rnn": "RNN",
    "keras bidirectional lstm": "LSTM,LSTM",
    "keras lstm masked": "Loop",
    "keras rnn of cells": "Loop",
    "block lstm of fewer steps": "LSTM",
  };

  it.each(Object.entries(layers))("%s: %s", (name, expected) => {
    const graph = runPasses(converted(cases.find((each) => each.name === name)!), importPasses);
    const found = graph.nodes.filter(({ op }) => ["LSTM", "GRU", "RNN", "Loop"].includes(op));
    expect(found.map(({ op }) => op).join()).toBe(expected);
    const recurrent = found.filter(({ op }) => op !== "Loop");
    // Quantization reaches weights that are constants of the node.
    expect(recurrent.flatMap(({ inputs }) => inputs.slice(1, 3)).every((input) => graph.weights.has(input))).toBe(true);
  });
});

function expectClose(found: Tensor, expected: Tensor): void {
  expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  const size = Array.from(b, Math.abs).reduce((most, x) => Math.max(most, x), 0);
  const difference = Array.from(b, (x, i) => Math.abs(x - a[i]!)).reduce((most, x) => Math.max(most, x), 0);
  expect(difference).toBeLessThanOrEqual(1e-5 * size);
}
