// Rules are total: whatever inputs and attributes a hostile file combines, a rule answers and does not throw or hang.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dim } from "../graph/dim.ts";
import { nodeOf, type Attribute, type Graph, type Subgraph, type Value, type Weight } from "../graph/graph.ts";
import { originOf } from "../graph/origin.ts";
import { costOf } from "../infer/cost.ts";
import { inferTypes } from "../infer/infer.ts";
import { dataTypes, type DataType } from "../tensor/dtype.ts";
import { sourceOf } from "../tensor/source.ts";
import { tensorFromNumbers } from "../tensor/tensor.ts";
import type { OpDefinition } from "./define.ts";
import { generalOps } from "./general.ts";
import { microsoftOps } from "./microsoft.ts";
import { neuralOps } from "./neural.ts";

const integer = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -4, max: 8 }) },
  fc.constantFrom(-(2 ** 63), 2 ** 31, 2 ** 53, 2 ** 63),
);
const real = fc.oneof(fc.constantFrom(0, 0.5, 1, -1, NaN, Infinity, 1e38), fc.float());
const body: Subgraph = { name: "", inputs: [], outputs: [], nodes: [], weights: new Map(), types: new Map() };
const scalar = sourceOf(tensorFromNumbers("int64", [], [3]));

const attributeValue: fc.Arbitrary<Attribute | undefined> = fc.oneof(
  fc.constant(undefined),
  integer.map((value) => ({ kind: "int", value }) as const),
  fc.array(integer, { maxLength: 6 }).map((value) => ({ kind: "ints", value }) as const),
  real.map((value) => ({ kind: "float", value }) as const),
  fc.array(real, { maxLength: 6 }).map((value) => ({ kind: "floats", value }) as const),
  fc
    .constantFrom("", "SAME_UPPER", "bidirectional", "ij,jk->ik", "...i,->", "not_larger", "none")
    .map((value) => ({ kind: "string", value }) as const),
  fc.constant({ kind: "tensor", value: scalar } as const),
  fc.constant({ kind: "graph", value: body } as const),
);

const dim: fc.Arbitrary<Dim> = fc.oneof(
  fc.integer({ min: 0, max: 7 }),
  fc.constantFrom("n", "n*2", "floor(n/2)", "?k", 2 ** 31),
);
const dtype = fc.constantFrom(...(Object.keys(dataTypes) as DataType[]));
const shape = fc.array(dim, { maxLength: 5 });

type Input = {
  readonly value?: Value["type"];
  readonly weight?: { readonly dtype: DataType; readonly shape: number[]; readonly data: number[] };
};

const constantInput = fc
  .tuple(
    fc.constantFrom<DataType>("int64", "int32", "float32", "uint8", "bool"),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  )
  .chain(([type, dims]) => {
    const count = dims.reduce((product, size) => product * size, 1);
    return fc
      .array(fc.integer({ min: -3, max: 9 }), { minLength: count, maxLength: count })
      .map((data): Input => ({ weight: { dtype: type, shape: dims, data } }));
  });

const input: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(dtype, shape)
      .map(([type, dims]): Input => ({ value: { kind: "tensor", dtype: type, shape: dims } })),
  },
  { weight: 3, arbitrary: constantInput },
  fc.constantFrom<Input>(
    {},
    { value: { kind: "unknown" } },
    { value: { kind: "tensor", dtype: "float32" } },
    { value: { kind: "sequence", element: { kind: "tensor", dtype: "float32", shape: [2, "n"] } } },
    { value: { kind: "optional", element: { kind: "unknown" } } },
  ),
);

function title({ domain, type }: OpDefinition): string {
  return `${domain ? `${domain}.` : ""}${type}`;
}

/** Checks a graph of one hostile node many times. */
function withHostileNodes(op: OpDefinition, check: (graph: Graph) => void): void {
  const attributes = fc.record(Object.fromEntries(op.attributeNames.map((name) => [name, attributeValue])));
  const opset = fc.constantFrom(7, 10, 11, 13, 18, 20, 23);
  const property = fc.property(
    opset,
    fc.array(input, { maxLength: 10 }),
    attributes,
    fc.integer({ min: 0, max: 4 }),
    (version, inputs, values, outputs) => check(graphOf(op, version, inputs, values, outputs)),
  );
  fc.assert(property, { seed: 1, numRuns: 40 });
}

describe("rules answer everything", () => {
  it.each([...neuralOps, ...microsoftOps].map((op) => [title(op), op] as const))("%s", (_, op) => {
    withHostileNodes(op, (graph) => {
      const inference = inferTypes(graph);
      expect(inference.problems.map(({ reason }) => reason)).toEqual([]);
      costOf(graph, inference);
      op.quantization(graph.nodes[0]!, 2);
    });
  });
});

describe("inference survives everything, in little memory", () => {
  it.each(generalOps.map((op) => [title(op), op] as const))("%s", (_, op) => {
    withHostileNodes(op, (graph) => {
      costOf(graph, inferTypes(graph));
      op.quantization(graph.nodes[0]!, 2);
    });
  });
});

function graphOf(
  op: { readonly type: string; readonly domain: string },
  opset: number,
  inputs: readonly Input[],
  values: Readonly<Record<string, Attribute | undefined>>,
  outputs: number,
): Graph {
  const attributes = Object.entries(values).filter((entry): entry is [string, Attribute] => entry[1] !== undefined);
  const names = inputs.map(({ value, weight }, i) => (value || weight ? `i${i}` : ""));
  const results = Array.from({ length: outputs }, (_, i) => `o${i}`);
  const weights = inputs.flatMap(({ weight }, i): [string, Weight][] =>
    weight
      ? [
          [
            `i${i}`,
            { source: sourceOf(tensorFromNumbers(weight.dtype, weight.shape, weight.data)), origin: originOf(`i${i}`) },
          ],
        ]
      : [],
  );
  return {
    name: "hostile",
    inputs: inputs.flatMap(({ value }, i) => (value ? [{ name: `i${i}`, type: value }] : [])),
    outputs: results.map((name) => ({ name, type: { kind: "unknown" } })),
    nodes: [nodeOf(op.type, "node", names, results, Object.fromEntries(attributes), op.domain)],
    weights: new Map(weights),
    types: new Map(),
    opsets: new Map([
      ["", opset],
      ["com.microsoft", 1],
      ["ai.onnx.ml", 2],
    ]),
    functions: [],
    metadata: new Map(),
  };
}
