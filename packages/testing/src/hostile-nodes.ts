// Nodes as a hostile file might have them: any number of inputs of any type, attributes of the wrong kind and size.

import {
  dataTypes,
  nodeOf,
  originOf,
  sourceOf,
  tensorFromNumbers,
  seededRandom,
  type Attribute,
  type DataType,
  type Dim,
  type Graph,
  type OpDefinition,
  type Subgraph,
  type ValueType,
  type Weight,
} from "@tersor/core";
import { integerBelow, pick, type Random } from "./random.ts";

const body: Subgraph = { name: "", inputs: [], outputs: [], nodes: [], weights: new Map(), types: new Map() };
const dtypes = Object.keys(dataTypes) as [DataType, ...DataType[]];
const plainTypes = ["int64", "int32", "float32", "uint8", "bool"] as const;

/** What the inputs of hostile nodes are. */
export interface HostileInputs {
  /** Least number of inputs. */
  readonly least: number;
  /** Only tensors of a known rank; else some are absent, sequences, or of no known type. */
  readonly tensors: boolean;
}

/** Graphs of one node each, the same ones on every call. */
export function* hostileGraphs(op: OpDefinition, count: number, inputs: HostileInputs): Generator<Graph> {
  for (let seed = 1; seed <= count; seed++) yield hostileGraph(op, seededRandom(seed), inputs);
}

function hostileGraph(op: OpDefinition, random: Random, { least, tensors }: HostileInputs): Graph {
  const kinds = tensors ? (["value", "weight"] as const) : (["value", "weight", "absent"] as const);
  const inputs = Array.from({ length: least + integerBelow(random, 6) }, () => pick(random, kinds));
  const names = inputs.map((kind, i) => (kind === "absent" ? "" : `i${i}`));
  const outputs = listOf(random, 4, (i) => `o${i}`);
  const of = (wanted: string): readonly string[] => names.filter((_, i) => inputs[i] === wanted);
  const typeOf = tensors ? shapedTensor : anyType;
  return {
    name: "hostile",
    inputs: of("value").map((name) => ({ name, type: typeOf(random) })),
    outputs: outputs.map((name) => ({ name, type: { kind: "unknown" } })),
    nodes: [nodeOf(op.type, "node", names, outputs, attributesOf(op, random), op.domain)],
    weights: new Map(of("weight").map((name) => [name, weight(name, random)])),
    types: new Map(),
    opsets: new Map([["", pick(random, [7, 11, 13, 18, 23])], ...(op.domain === "" ? [] : [[op.domain, 1] as const])]),
    functions: [],
    metadata: new Map(),
  };
}

function listOf<T>(random: Random, most: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: integerBelow(random, most + 1) }, (_, i) => make(i));
}

function shapedTensor(random: Random): ValueType {
  return { kind: "tensor", dtype: pick(random, dtypes), shape: listOf(random, 5, () => dim(random)) };
}

function anyType(random: Random): ValueType {
  const dtype = pick(random, dtypes);
  const others = [
    { kind: "tensor", dtype },
    { kind: "sequence", element: { kind: "tensor", dtype } },
    { kind: "unknown" },
  ] as const;
  return random() < 0.5 ? shapedTensor(random) : pick<ValueType>(random, others);
}

function dim(random: Random): Dim {
  return pick<Dim>(random, [0, 1, 2, 3, 7, "n", "n*2", "?k", 2 ** 31]);
}

function weight(name: string, random: Random): Weight {
  const shape = listOf(random, 3, () => integerBelow(random, 4));
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, () => integerBelow(random, 13) - 3);
  return { source: sourceOf(tensorFromNumbers(pick(random, plainTypes), shape, values)), origin: originOf(name) };
}

function attributesOf({ attributeNames }: OpDefinition, random: Random): Readonly<Record<string, Attribute>> {
  const present = attributeNames.filter(() => random() < 0.7);
  return Object.fromEntries(present.map((name) => [name, attributeValue(random)]));
}

function attributeValue(random: Random): Attribute {
  return pick<() => Attribute>(random, [
    () => ({ kind: "int", value: integer(random) }),
    () => ({ kind: "ints", value: listOf(random, 6, () => integer(random)) }),
    () => ({ kind: "float", value: pick(random, [0, 0.5, -1, NaN, Infinity, 1e38]) }),
    () => ({ kind: "floats", value: listOf(random, 6, () => pick(random, [0, 0.5, -1, NaN, Infinity])) }),
    () => ({ kind: "string", value: pick(random, ["", "SAME_UPPER", "bidirectional", "ij,jk->ik", "none"]) }),
    () => ({ kind: "tensor", value: sourceOf(tensorFromNumbers("int64", [], [3])) }),
    () => ({ kind: "graph", value: body }),
  ])();
}

function integer(random: Random): number {
  return pick(random, [-3, -2, -1, 0, 1, 2, 3, 5, -(2 ** 63), 2 ** 31, 2 ** 53, 2 ** 63]);
}
