// Rules of the general operators against shapes, element types and folded elements that came out of onnxruntime
// (tools/make-op-cases-general.py), and what folding does with symbols.

import { describe, expect, it } from "vitest";
import { evaluateDim, type Dim } from "../graph/dim.ts";
import { nodeOf, type Attribute } from "../graph/graph.ts";
import { inferTypes } from "../infer/infer.ts";
import { graphOfCase, isSequence, readCases, titleOf, type OpCase, type TensorRow } from "./cases/op-case.ts";
import type { Elements, Fact, RuleContext, TensorFact } from "./define.ts";
import { generalOps } from "./general.ts";
import { standardOps } from "./index.ts";
import { opRegistry } from "./registry.ts";

const cases = readCases("general");
const titled = cases.map((row, i) => [`${i} ${titleOf(row)}`, row] as const);

/** Operators that have no case, and why. */
const withoutCase: Readonly<Record<string, string>> = { Swish: "onnxruntime has no kernel for opset 24" };

describe("rules agree with onnxruntime", () => {
  it.each(titled)("%s", (_, row) => {
    const inference = inferTypes(graphOfCase(row));
    expect(inference.problems).toEqual([]);
    row.outputs.forEach((expected, i) => {
      if (!isSequence(expected)) expectTensor(inference.types.get(`o${i}`), expected, row);
    });
  });
});

describe("symbolic dimensions evaluate to onnxruntime's shapes", () => {
  it.each(titled)("%s", (_, row) => {
    const bindings = new Map<string, number>();
    const graph = graphOfCase(row, (input, axis, size) => {
      // Dimensions of 1 broadcast, so a symbol in their place would be another model.
      if (size <= 1) return size;
      bindings.set(`d${input}_${axis}`, size);
      return `d${input}_${axis}`;
    });
    const inference = inferTypes(graph);
    expect(inference.problems).toEqual([]);
    row.outputs.forEach((expected, i) => {
      const fact = tensorOf(inference.types.get(`o${i}`));
      if (isSequence(expected) || mayBeOpen(row)) return;
      expect(fact?.shape?.map((dim) => evaluateDim(dim, bindings))).toEqual(expected[1]);
    });
  });
});

describe("folding", () => {
  const folds = new Set(generalOps.filter(({ fold }) => fold.kind === "rule").map(({ type }) => type));
  const constant = titled.filter(
    ([, { op, inputs, outputs }]) =>
      folds.has(op) && inputs.every((row) => row === null || "2" in row) && outputs.some((row) => "2" in row),
  );

  it.each(constant)("finds the elements: %s", (_, row) => {
    const inference = inferTypes(graphOfCase(row));
    row.outputs.forEach((expected, i) =>
      expectElements(tensorOf(inference.types.get(`o${i}`))?.value, expected as TensorRow),
    );
  });
});

describe("folding of symbols", () => {
  const int = (...data: readonly (Dim | null)[]): Elements => ({ dtype: "int64", shape: [data.length], data });
  const float = (...data: readonly (Dim | null)[]): Elements => ({ dtype: "float32", shape: [data.length], data });
  const bool = (...data: readonly (Dim | null)[]): Elements => ({ dtype: "bool", shape: [data.length], data });
  const to = (value: number) => ({ to: { kind: "int", value } as const });
  const rows: readonly (readonly [
    string,
    readonly Elements[],
    Readonly<Record<string, Attribute>>,
    readonly (Dim | null)[],
  ])[] = [
    ["Add", [int("n", null), int(1, 1)], {}, ["n+1", null]],
    ["Add", [int(2 ** 53, 2 ** 40), int(1, 1)], {}, [null, 2 ** 40 + 1]],
    ["Sub", [int("n"), int("n")], {}, [0]],
    ["Mul", [float("n"), float(0.5)], {}, ["n/2"]],
    // 0.7 is no fraction of 256: float32 rounding could move the product past an integer.
    ["Mul", [float("n"), float(Math.fround(0.7))], {}, [null]],
    ["Div", [float("n"), float(3)], {}, ["n/3"]],
    ["Div", [int("n", "n-7", "4*n"), int(2, 2, -2)], {}, ["floor(n/2)", null, "-2*n"]],
    ["Mod", [int("n"), int(4)], {}, ["-4*floor(n/4)+n"]],
    ["Floor", [float("n/2")], {}, ["floor(n/2)"]],
    ["Ceil", [float("n/2")], {}, ["floor((n+1)/2)"]],
    ["Neg", [int("n")], {}, ["-n"]],
    ["Cast", [float("n/2", "n-5/2")], to(7), ["floor(n/2)", null]],
    ["Cast", [int("n", "?k")], to(9), [1, null]],
    ["Cast", [int("n")], to(10), [null]],
    ["Equal", [int("n", "n", "m", -1), int(-1, "n", "n", -1)], {}, [0, 1, null, 1]],
    ["Less", [int("n", "n", "n"), int("n+1", "n", 5)], {}, [1, 0, null]],
    ["GreaterOrEqual", [int("n", "n"), int(1, 2)], {}, [1, null]],
    ["And", [bool(0, null), bool(null, 1)], {}, [0, null]],
    ["Where", [bool(0, 1, null), int("a", "a", "a"), int("b", "b", "a")], {}, ["b", "a", "a"]],
    ["Min", [int("n"), int(9223372036854775807)], {}, ["n"]],
    ["Max", [int("n", "n"), int(0, "m")], {}, ["n", "max(m,n)"]],
    ["Clip", [int("n"), int(1), int(9)], {}, ["min(9,n)"]],
    [
      "Range",
      [int(0).data, int(3).data, int(1).data].map((data) => ({ dtype: "int64", shape: [], data })),
      {},
      [0, 1, 2],
    ],
  ];

  it.each(rows)("%s of %j", (op, inputs, attributes, expected) => {
    const definition = opRegistry(generalOps).find("", op)!;
    if (definition.fold.kind !== "rule") throw new Error(`${op} does not fold`);
    const folded = definition.fold.run(inputs, contextOf(op, inputs, attributes));
    expect(folded?.[0] && Array.from(folded[0].data)).toEqual(expected);
  });
});

describe("lists", () => {
  it("has a case for every operator, or a reason", () => {
    const covered = new Set(cases.map(({ op }) => op));
    expect(generalOps.map(({ type }) => type).filter((type) => !covered.has(type))).toEqual(Object.keys(withoutCase));
  });

  it("defines each operator once", () => {
    expect(() => opRegistry(standardOps)).not.toThrow();
    expect(() => opRegistry([...standardOps, generalOps[0]!])).toThrow(
      expect.objectContaining({ code: "CORE_OPERATOR_DUPLICATE" }),
    );
  });

  it("says which axis of a weight holds the output channels", () => {
    const trait = (op: string, rank: number, attributes = {}) =>
      opRegistry(generalOps)
        .find("", op)!
        .quantization(nodeOf(op, "", [], [], attributes), rank);
    expect(trait("MatMul", 3)).toMatchObject({ kind: "weighted", channelAxis: 2 });
    expect(trait("Gemm", 2)).toMatchObject({ kind: "weighted", bias: 2, channelAxis: 1 });
    expect(trait("Gemm", 2, { transB: { kind: "int", value: 1 } })).toMatchObject({ channelAxis: 0 });
    expect(trait("Gather", 2)).toMatchObject({ kind: "table", table: 0, axis: 0 });
    expect(trait("Gather", 2, { axis: { kind: "int", value: -1 } })).toMatchObject({ axis: 1 });
  });
});

function contextOf(
  op: string,
  inputs: readonly Elements[],
  attributes: Readonly<Record<string, Attribute>>,
): RuleContext {
  return {
    node: nodeOf(
      op,
      "",
      inputs.map((_, i) => `i${i}`),
      ["o"],
      attributes,
    ),
    opset: 13,
    unknownDim: () => "?",
    inferBody: () => [],
    fact: () => undefined,
  };
}

function tensorOf(fact: Fact | undefined): TensorFact | undefined {
  return fact?.kind === "tensor" ? fact : undefined;
}

function expectTensor(fact: Fact | undefined, [dtype, shape]: TensorRow, { dynamic = false }: OpCase): void {
  const tensor = tensorOf(fact);
  expect(tensor?.dtype).toBe(dtype);
  // An unknown dimension agrees with anything where the shape depends on data.
  const sizes = tensor?.shape?.map((dim, axis) => (dynamic && typeof dim === "string" ? shape[axis] : dim));
  if (!dynamic || sizes) expect(sizes).toEqual(shape);
}

/** Where the shape depends on data, or where a symbol hides which axes are 1. */
function mayBeOpen({ op, dynamic = false, inputs, attributes }: OpCase): boolean {
  const squeezesAll = op === "Squeeze" && inputs.length === 1 && attributes["axes"] === undefined;
  return dynamic || squeezesAll;
}

function expectElements(value: Elements | undefined, [dtype, , expected]: TensorRow): void {
  const found = value && Array.from(value.data);
  expect(found?.length).toBe(expected!.length);
  const tolerance = dtype.startsWith("float") ? 2 ** -22 : 0;
  found!.forEach((element, i) => {
    const wanted = Number(expected![i]);
    if (Math.abs(Number(element) - wanted) > tolerance * Math.max(1, Math.abs(wanted))) expect(element).toBe(wanted);
  });
}
