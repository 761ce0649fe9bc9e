// Rules of layers, reductions, control flow, sequences and onnxruntime's own operators against shapes and element types
// that came out of onnxruntime (tools/make-op-cases-neural.py).

import { describe, expect, it } from "vitest";
import { evaluateDim, type Dim } from "../graph/dim.ts";
import { inferTypes } from "../infer/infer.ts";
import {
  graphOfCase,
  isSequence,
  readCases,
  titleOf,
  type OpCase,
  type SequenceRow,
  type TensorRow,
} from "./cases/op-case.ts";
import type { Fact } from "./define.ts";
import { microsoftOps } from "./microsoft.ts";
import { neuralOps } from "./neural.ts";

const cases = [...readCases("neural"), ...readCases("control-flow"), ...readCases("microsoft")];

/** Operators that have no case, and why. */
const withoutCase: Readonly<Record<string, string>> = {
  ImageDecoder: "neither runtime decodes images",
  Optional: "onnxruntime's Python interface returns no optionals",
};

describe("rules agree with onnxruntime", () => {
  it.each(cases.map((row) => [titleOf(row), row] as const))("%s", (_, row) => {
    const inference = inferTypes(graphOfCase(row));
    expect(inference.problems).toEqual([]);
    row.outputs.forEach((expected, i) => expectFact(inference.types.get(`o${i}`), expected, row));
  });
});

/** Rules that may leave a dimension open although shapes are known as symbols, and why. */
const open: Readonly<Record<string, string>> = {
  Resize: "float32 scales such as 0.6 have no exact expression, and keep_aspect_ratio_policy compares quotients",
  Scan: "the state and the elements have symbols of their own here, so their broadcast differs from the state",
};

describe("symbolic dimensions evaluate to onnxruntime's shapes", () => {
  it.each(cases.map((row) => [titleOf(row), row] as const))("%s", (_, row) => {
    const bindings = new Map<string, number>();
    const graph = graphOfCase(row, (input, axis, size) => {
      // Dimensions of 1 broadcast, so a symbol in their place would be another model.
      if (size <= 1) return size;
      bindings.set(`d${input}_${axis}`, size);
      return `d${input}_${axis}`;
    });
    const inference = inferTypes(graph);
    expect(inference.problems).toEqual([]);
    const mayBeOpen = row.dynamic === true || row.op in open;
    row.outputs.forEach((expected, i) => expectEvaluated(inference.types.get(`o${i}`), expected, bindings, mayBeOpen));
  });
});

describe("folding", () => {
  const folding = new Set(neuralOps.filter(({ fold }) => fold.kind === "rule").map(({ type }) => type));
  const constants = cases.filter(
    ({ op, outputs: [output] }) => folding.has(op) && output && !isSequence(output) && output[2],
  );

  it.each(constants.map((row) => [titleOf(row), row] as const))("knows the elements: %s", (_, row) => {
    const fact = inferTypes(graphOfCase(row)).types.get("o0");
    expect(fact?.kind === "tensor" && fact.value && Array.from(fact.value.data)).toEqual(
      (row.outputs[0] as TensorRow)[2],
    );
  });

  it("keeps symbols", () => {
    const [row] = cases.filter(({ op }) => op === "ReduceSum");
    const { fold } = neuralOps.find(({ type }) => type === "ReduceSum")!;
    if (fold.kind !== "rule") throw new Error("ReduceSum folds");
    const graph = graphOfCase({
      ...row!,
      attributes: { axes: { kind: "ints", value: [0] }, keepdims: { kind: "int", value: 0 } },
    });
    const x = { dtype: "int64", shape: [2, 2], data: ["batch", null, 3, 4] } as const;
    const context = {
      node: graph.nodes[0]!,
      opset: 11,
      unknownDim: () => "?",
      inferBody: () => [],
      fact: () => undefined,
    };
    expect(fold.run([x], context)?.[0]).toEqual({ dtype: "int64", shape: [2], data: ["batch+3", null] });
  });
});

describe("lists", () => {
  it("has a case for every operator, or a reason", () => {
    const covered = new Set(cases.map(({ op, domain = "" }) => `${domain}:${op}`));
    const missing = [...neuralOps, ...microsoftOps].filter(({ domain, type }) => !covered.has(`${domain}:${type}`));
    expect(missing.map(({ type }) => type).sort()).toEqual(Object.keys(withoutCase).sort());
  });

  it("says for every operator how it takes part in quantization, and its versions in order", () => {
    for (const { type, since, quantization } of [...neuralOps, ...microsoftOps]) {
      expect(
        [...since].sort((a, b) => a - b),
        type,
      ).toEqual(since);
      expect(quantization, type).toBeTypeOf("function");
    }
  });
});

function expectFact(fact: Fact | undefined, expected: TensorRow | SequenceRow, { dynamic = false }: OpCase): void {
  if (isSequence(expected)) return expectSequence(fact, expected);
  if (fact?.kind !== "tensor") throw new Error(`expected a tensor, got ${JSON.stringify(fact)}`);
  expect(fact.dtype ?? expected[0]).toBe(expected[0]);
  if (!dynamic) expect(fact.dtype).toBe(expected[0]);
  if (!dynamic || fact.shape)
    expect(fact.shape?.map((dim, axis) => known(dim, expected[1][axis], dynamic))).toEqual(expected[1]);
  if (fact.value && expected[2]) expect(Array.from(fact.value.data)).toEqual(expected[2]);
}

/** An unknown dimension agrees with anything where the shape depends on data. */
function known(dim: Dim, expected: number | undefined, dynamic: boolean): Dim | undefined {
  return dynamic && typeof dim === "string" ? expected : dim;
}

function expectSequence(fact: Fact | undefined, { sequence }: SequenceRow): void {
  expect(fact?.kind).toBe("sequence");
  const element = fact?.kind === "sequence" && fact.element.kind === "tensor" ? fact.element : undefined;
  for (const [dtype, shape] of sequence) {
    expect(element?.dtype).toBe(dtype);
    if (element?.shape) expect(element.shape).toEqual(shape);
  }
}

function expectEvaluated(
  fact: Fact | undefined,
  expected: TensorRow | SequenceRow,
  bindings: ReadonlyMap<string, number>,
  mayBeOpen: boolean,
): void {
  if (isSequence(expected) || (mayBeOpen && (fact?.kind !== "tensor" || !fact.shape))) return;
  const shape = fact?.kind === "tensor" ? fact.shape : undefined;
  const sizes = shape?.map((dim, axis) => evaluateDim(dim, bindings) ?? (mayBeOpen ? expected[1][axis] : dim));
  expect(sizes).toEqual(expected[1]);
}
