// Cases of single operators, as tools/make-op-cases-*.py writes them: read from JSON and made into graphs for inference.

import { readFileSync } from "node:fs";
import type { Dim } from "../../graph/dim.ts";
import { originOf } from "../../graph/origin.ts";
import { nodeOf, type Attribute, type Graph, type Node, type Subgraph, type ValueType } from "../../graph/graph.ts";
import type { DataType } from "../../tensor/dtype.ts";
import { sourceOf, type TensorSource } from "../../tensor/source.ts";
import { tensorFromNumbers, tensorOf } from "../../tensor/tensor.ts";

/** Element type, shape, and the elements of a constant. */
export type TensorRow = readonly [dtype: DataType, shape: readonly number[], values?: readonly (number | string)[]];
export type SequenceRow = { readonly sequence: readonly TensorRow[] };

type AttributeRow =
  | { readonly kind: "tensor"; readonly value: TensorRow }
  | { readonly kind: "graph"; readonly value: GraphRow }
  | Exclude<Attribute, { readonly kind: "tensor" | "graph" }>;

interface GraphRow {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly weights: Readonly<Record<string, TensorRow>>;
  readonly nodes: readonly {
    readonly op: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly attributes: Readonly<Record<string, AttributeRow>>;
  }[];
}

export interface OpCase {
  readonly op: string;
  readonly domain?: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, AttributeRow>>;
  readonly inputs: readonly (TensorRow | SequenceRow | null)[];
  readonly outputs: readonly (TensorRow | SequenceRow)[];
  /** The shapes depend on data that no rule can see. */
  readonly dynamic?: boolean;
  /** Who made the outputs, where it was not onnxruntime. */
  readonly oracle?: string;
}

/** The cases of a file beside this one. */
export function readCases(name: string): readonly OpCase[] {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), "utf8")) as OpCase[];
}

export function isSequence(row: TensorRow | SequenceRow): row is SequenceRow {
  return "sequence" in row;
}

/** How a case reads in a test report. */
export function titleOf({ op, domain, opset, attributes, inputs }: OpCase): string {
  const shapes = inputs.map((row) => (row === null ? "-" : isSequence(row) ? "sequence" : `[${row[1].join()}]`));
  const settings = Object.entries(attributes).map(([name, row]) =>
    "value" in row ? `${name}=${String(row.value)}` : name,
  );
  return `${domain ? `${domain}.` : ""}${op}-${opset} ${shapes.join(" ")} ${settings.join(" ")}`;
}

/** A graph of the one node; `dimOf` may put symbols in place of the fed inputs' dimensions. */
export function graphOfCase(
  row: OpCase,
  dimOf: (input: number, axis: number, size: number) => Dim = (_, __, size) => size,
): Graph {
  const weights = new Map<string, { source: TensorSource; origin: ReturnType<typeof originOf> }>();
  const inputs: { name: string; type: ValueType }[] = [];
  row.inputs.forEach((input, i) => {
    if (input === null) return;
    const name = `i${i}`;
    if (isSequence(input)) inputs.push({ name, type: { kind: "sequence", element: sequenceElement(input) } });
    else if (input[2]) weights.set(name, { source: sourceOfRow(input), origin: originOf(name) });
    else
      inputs.push({
        name,
        type: { kind: "tensor", dtype: input[0], shape: input[1].map((size, axis) => dimOf(i, axis, size)) },
      });
  });
  return {
    name: row.op,
    inputs,
    outputs: row.outputs.map((_, i) => ({ name: `o${i}`, type: { kind: "unknown" } })),
    nodes: [caseNode(row)],
    weights,
    types: new Map(),
    opsets: new Map([["", row.domain ? 17 : row.opset], ...(row.domain ? [[row.domain, row.opset] as const] : [])]),
    functions: [],
    metadata: new Map(),
  };
}

function caseNode(row: OpCase): Node {
  const inputs = row.inputs.map((input, i) => (input === null ? "" : `i${i}`));
  return nodeOf(
    row.op,
    "case",
    inputs,
    row.outputs.map((_, i) => `o${i}`),
    attributesOf(row.attributes),
    row.domain,
  );
}

function sequenceElement({ sequence }: SequenceRow): ValueType {
  const [first] = sequence;
  const same = sequence.every(([, shape]) => shape.join() === first?.[1].join());
  return { kind: "tensor", ...(first && { dtype: first[0], ...(same && { shape: first[1] }) }) };
}

function sourceOfRow([dtype, shape, values = []]: TensorRow): TensorSource {
  if (dtype === "string") return sourceOf(tensorOf(dtype, shape, values.map(String)));
  return sourceOf(tensorFromNumbers(dtype, shape, values.map(Number)));
}

function attributesOf(rows: Readonly<Record<string, AttributeRow>>): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, attributeOf(row)]));
}

function attributeOf(row: AttributeRow): Attribute {
  if (row.kind === "tensor") return { kind: "tensor", value: sourceOfRow(row.value) };
  return row.kind === "graph" ? { kind: "graph", value: bodyOf(row.value) } : row;
}

function bodyOf({ inputs, outputs, weights, nodes }: GraphRow): Subgraph {
  const named = (names: readonly string[]) => names.map((name) => ({ name, type: { kind: "unknown" } as const }));
  return {
    name: "body",
    inputs: named(inputs),
    outputs: named(outputs),
    nodes: nodes.map((node) => nodeOf(node.op, "", node.inputs, node.outputs, attributesOf(node.attributes))),
    weights: new Map(
      Object.entries(weights).map(([name, row]) => [name, { source: sourceOfRow(row), origin: originOf(name) }]),
    ),
    types: new Map(),
  };
}
