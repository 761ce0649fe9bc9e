// Building a graph node by node, as the doors do: names are made fresh, and what is known of each value (type, shape,
// small contents) is there as soon as its node is, so that a door can ask for the rank of what it converts.

import { TersorError } from "../errors.ts";
import { startInference, type RunningInference } from "../infer/infer.ts";
import { remember } from "../passes/known-facts.ts";
import type { Elements, TensorFact } from "../ops/define.ts";
import type { DataType } from "../tensor/dtype.ts";
import { sourceOf, type TensorSource } from "../tensor/source.ts";
import { tensorFromNumbers, type Tensor } from "../tensor/tensor.ts";
import type { Dim } from "./dim.ts";
import {
  nodeOf,
  type Attribute,
  type Graph,
  type Node,
  type Subgraph,
  type Value,
  type ValueType,
  type Weight,
} from "./graph.ts";
import { dropped, originOf, type Origin } from "./origin.ts";

/** How a node is added. */
export interface AddOptions {
  /** The wish for its name; default the prefix of the builder and the operator. */
  readonly name?: string;
  /** Number of outputs. Default 1. */
  readonly outputs?: number;
  readonly domain?: string;
}

/** Names that are taken: those of a graph and of all bodies inside, which may not shadow one another. */
type Names = Set<string>;

/** A graph in the making. Values are their names; every method that makes one gives its name back. */
export class GraphBuilder {
  readonly #names: Names;
  readonly #inference: RunningInference;
  readonly #nodes: Node[] = [];
  readonly #makers = new Map<string, Node>();
  readonly #weights = new Map<string, Weight>();
  readonly #inputs: Value[] = [];
  readonly #constants = new Map<string, string>();
  readonly #opsets: ReadonlyMap<string, number>;
  readonly #around: GraphBuilder | undefined;
  /** Put before the names of nodes that have no wish of their own. */
  prefix = "";

  private constructor(
    opsets: ReadonlyMap<string, number>,
    names: Names,
    inference: RunningInference,
    around?: GraphBuilder,
  ) {
    this.#around = around;
    this.#opsets = opsets;
    this.#names = names;
    this.#inference = inference;
  }

  /**
   * Starts a model; `opset` is the version of ONNX's own operators. Nothing but an output takes a name of `outputs`.
   * @throws CORE_BUILDER_NAME when two outputs share a name.
   */
  static start(opset: number, outputs: readonly string[] = []): GraphBuilder {
    const opsets = new Map([["", opset]]);
    const names = new Set(outputs);
    const twice = outputs.find((name, i) => outputs.indexOf(name) !== i);
    if (twice !== undefined) throw nameTaken(twice);
    return new GraphBuilder(opsets, names, startInference(opsets));
  }

  /** Starts a body (of If, Loop or Scan) that sees the values made so far. */
  body(name: string): GraphBuilder {
    const body = new GraphBuilder(this.#opsets, this.#names, this.#inference.body(name), this);
    body.prefix = this.prefix;
    return body;
  }

  /** A name that nothing has yet, close to `wish`. */
  fresh(wish: string): string {
    let name = wish;
    for (let count = 1; this.#names.has(name) || name === ""; count++) name = `${wish}_${count}`;
    this.#names.add(name);
    return name;
  }

  /** Adds an input of the graph. */
  input(wish: string, type: ValueType): string {
    const name = this.fresh(wish);
    this.#inputs.push({ name, type });
    this.#inference.set(name, type);
    return name;
  }

  /** Adds a weight; its origin is the source tensor of the name that was wished for, unless told otherwise. */
  weight(wish: string, source: TensorSource, origin: Origin = originOf(wish)): string {
    const name = this.fresh(wish);
    this.#weights.set(name, { source, origin });
    this.#inference.addSource(name, source);
    return name;
  }

  /** Adds a constant that no tensor of the source model stands for; equal small ones share a name. */
  constant(dtype: DataType, shape: readonly number[], numbers: ArrayLike<number>): string {
    const key = numbers.length <= 64 ? JSON.stringify([dtype, shape, Array.from(numbers, exactText)]) : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const source = sourceOf(tensorFromNumbers(dtype, shape, numbers));
    const name = this.weight(`${dtype}_constant`, source, dropped("it is a constant of the conversion"));
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }

  /** An int64 vector: axes, shapes, starts and ends. */
  int64s(numbers: readonly number[]): string {
    return this.constant("int64", [numbers.length], numbers);
  }

  /** Adds a node with one output, and gives the name of that. An input "" is one that is left out. */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    options: AddOptions = {},
  ): string {
    return this.addMany(op, inputs, attributes, options)[0]!;
  }

  /** Adds a node with several outputs. */
  addMany(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    { name: wish, outputs = 1, domain = "" }: AddOptions = {},
  ): readonly string[] {
    const name = this.fresh(wish ?? (this.prefix === "" ? op : `${this.prefix}/${op}`));
    const made = Array.from({ length: outputs }, (_, i) => this.fresh(`${name}:${i}`));
    const node: Node = { name, op, domain, inputs, outputs: made, attributes };
    this.#nodes.push(node);
    made.forEach((output) => this.#makers.set(output, node));
    this.#inference.add(node);
    return made;
  }

  /** What is known of a tensor, undefined when nothing is, or when the value is none. */
  fact(name: string): TensorFact | undefined {
    const fact = this.#inference.fact(name);
    return fact?.kind === "tensor" ? fact : undefined;
  }

  dtype(name: string): DataType | undefined {
    return this.fact(name)?.dtype;
  }

  shape(name: string): readonly Dim[] | undefined {
    return this.fact(name)?.shape;
  }

  /** All elements of a value, where it is a constant or could be folded (at most 1024 elements unless a weight). */
  known(name: string): Tensor | undefined {
    const weight = this.#weightOf(name);
    return weight ? weight.source.tensor() : tensorOf(this.fact(name)?.value);
  }

  /** Whether the value is a constant, and not just one whose elements could be folded. */
  isWeight(name: string): boolean {
    return this.#weightOf(name) !== undefined;
  }

  #weightOf(name: string): Weight | undefined {
    const around = this.#around;
    return this.#weights.get(name) ?? (around === undefined ? undefined : around.#weightOf(name));
  }

  /** The node that makes a value, here or around; undefined for inputs and weights. */
  maker(name: string): Node | undefined {
    return this.#makers.get(name) ?? this.#around?.maker(name);
  }

  /** States what a value is, where the source model tells more than can be inferred. */
  state(name: string, fact: TensorFact): void {
    this.#inference.set(name, { ...this.fact(name), ...fact });
  }

  /** The finished body. Its outputs are values made here or around. */
  finishBody(name: string, outputs: readonly string[]): Subgraph {
    const values = outputs.map((output) => ({ name: output, type: this.#typeOf(output) }));
    return {
      name,
      inputs: this.#inputs,
      outputs: this.#ownOutputs(values),
      nodes: this.#nodes,
      weights: this.#weights,
      types: new Map(),
    };
  }

  /** The finished model; each output has the public name it is paired with, through an Identity. */
  finish(name: string, outputs: readonly { readonly name: string; readonly value: string }[]): Graph {
    const values = outputs.map((output) => ({ name: output.name, type: this.#typeOf(output.value) }));
    const identities = outputs.map(({ name: made, value }) =>
      nodeOf("Identity", this.fresh(`${made}/output`), [value], [made]),
    );
    for (const node of identities) this.#inference.add(node);
    const graph: Graph = {
      name,
      inputs: this.#inputs,
      outputs: values,
      nodes: [...this.#nodes, ...identities],
      weights: this.#weights,
      types: new Map(),
      opsets: this.#opsets,
      functions: [],
      metadata: new Map(),
    };
    remember(graph, this.#inference.result());
    return graph;
  }

  /** Outputs of a body have to be made in it, and each once. */
  #ownOutputs(values: readonly Value[]): readonly Value[] {
    const made = new Set(this.#nodes.flatMap(({ outputs }) => outputs));
    return values.map(({ name, type }) => {
      if (made.delete(name)) return { name, type };
      return { name: this.add("Identity", [name]), type };
    });
  }

  #typeOf(name: string): ValueType {
    const fact = this.#inference.fact(name);
    if (fact === undefined) return { kind: "unknown" };
    if (fact.kind !== "tensor") return fact;
    return { kind: "tensor", ...(fact.dtype && { dtype: fact.dtype }), ...(fact.shape && { shape: fact.shape }) };
  }
}

/** Tells -0 from 0, and NaN from null. */
function exactText(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}

function tensorOf(value: Elements | undefined): Tensor | undefined {
  if (value === undefined) return undefined;
  const numbers = Array.from(value.data);
  if (!numbers.every((element) => typeof element === "number")) return undefined;
  return tensorFromNumbers(value.dtype, value.shape, numbers);
}

function nameTaken(name: string): TersorError<"CORE_BUILDER_NAME"> {
  const message = `Two outputs of the graph would be named "${name}". Give one of them another name.`;
  return new TersorError("CORE_BUILDER_NAME", message, { name });
}
