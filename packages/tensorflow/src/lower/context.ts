// The context that a rule is run in: its node, where its inputs are, and what is known of them.

import { evaluateDim, nameOfDim, numbersOf, type DataType, type Dim, type Fact, type Node } from "@tersor/core";
import { TersorError } from "@tersor/core";
import { attr, attributeShape, type Emitter, type TensorType } from "./emitter.ts";
import { plainLayout, storedShape } from "./layout.ts";
import type { LowerContext, Target } from "./rule.ts";
import type { Values } from "./values.ts";

/** What all nodes of one lowering share. */
export interface Lowering {
  readonly to: Emitter;
  readonly target: Target;
  readonly opset: number;
  readonly values: Values;
  readonly facts: ReadonlyMap<string, Fact>;
  /** Nodes that read a value; undefined when it is an output of the graph. */
  readonly readers: ReadonlyMap<string, readonly Node[] | undefined>;
  /** A tensor and its axis that tell a named size when the graph runs. */
  readonly named: ReadonlyMap<string, { readonly tensor: string; readonly axis: number }>;
}

/** The context of one node. */
export function contextOf(node: Node, lowering: Lowering): LowerContext {
  const { to, target, opset, values } = lowering;
  const nameOf = (input: number): string => node.inputs[input] ?? "";
  const type = (input: number) => typeOf(nameOf(input), `its input ${input}`, lowering);
  const outputType = (output = 0) => typeOf(node.outputs[output] ?? "", `its output ${output}`, lowering);
  const constant = (input: number) => values.constant(nameOf(input));
  const tensor = (input: number) => {
    if (nameOf(input) === "") return undefined;
    return constant(input)?.source.tensor() ?? refuse(`its input ${input} has to be constant, and is not`);
  };
  return {
    node,
    to,
    target,
    opset,
    count: node.inputs.length,
    has: (input) => nameOf(input) !== "",
    type,
    outputType,
    rank: (input) => type(input).shape.length,
    stored: (input) => values.stored(nameOf(input)),
    in: (input, layout) => values.in(nameOf(input), layout ?? plainLayout(type(input).shape.length)),
    constant,
    place: (one, layout) => values.place(one, layout ?? plainLayout(one.source.shape.length)),
    tensor,
    numbers: (input) => {
      const found = tensor(input);
      return found && Array.from(numbersOf(found));
    },
    onlyReader: (output = 0) => {
      const readers = lowering.readers.get(node.outputs[output] ?? "");
      return readers?.length === 1 ? readers[0] : undefined;
    },
    ...attributesOf(node),
    emit: (op, inputs, attributes, layout, output = 0) => {
      const { dtype, shape } = outputType(output);
      return { tensor: to.add(op, inputs, attributes, { dtype, shape: storedShape(shape, layout) }), layout };
    },
    sizes: (shape) => sizesOf(shape, lowering),
    refuse,
  };
}

function attributesOf({ attributes }: Node): Pick<LowerContext, "int" | "float" | "text" | "ints"> {
  return {
    int: (name, otherwise) => {
      const found = attributes[name];
      return found?.kind === "int" ? found.value : otherwise;
    },
    float: (name, otherwise) => {
      const found = attributes[name];
      return found?.kind === "float" ? found.value : otherwise;
    },
    text: (name, otherwise) => {
      const found = attributes[name];
      return found?.kind === "string" ? found.value : otherwise;
    },
    ints: (name) => {
      const found = attributes[name];
      return found?.kind === "ints" ? found.value : undefined;
    },
  };
}

function typeOf(name: string, what: string, { facts, values }: Lowering): TensorType {
  const fact = facts.get(name);
  if (fact?.kind === "tensor" && fact.shape && fact.dtype) return { dtype: fact.dtype, shape: fact.shape };
  const source = values.constant(name)?.source;
  if (source) return { dtype: source.dtype, shape: source.shape };
  return refuse(`the type and rank of ${what} can't be told`);
}

/** Sizes as a tensor: -1 for the one that follows from the others, else read where the graph's inputs tell them. */
function sizesOf(shape: readonly Dim[], lowering: Lowering): string {
  const { to } = lowering;
  const open = shape.filter((dim) => typeof dim !== "number");
  if (open.length < 2) return to.ints(attributeShape(shape));
  const parts = shape.map((dim) => (typeof dim === "number" ? to.scalar("int32", dim) : namedSize(dim, lowering)));
  const attributes = { T: attr.type("int32"), N: attr.int(parts.length), axis: attr.int(0) };
  return to.add("Pack", parts, attributes, { dtype: "int32", shape: [parts.length] });
}

function namedSize(dim: Dim, { to, named }: Lowering): string {
  const source = named.get(nameOfDim(dim) ?? "");
  if (source === undefined)
    return refuse(`the size ${dim} is only known when the graph runs; give shapes of the inputs`);
  const { dtype, shape } = to.type(source.tensor);
  const types = { T: attr.type(dtype), out_type: attr.type("int32") };
  const all = to.add("Shape", [source.tensor], types, { dtype: "int32", shape: [shape.length] });
  const [begin, end, step] = [source.axis, source.axis + 1, 1].map((at) => to.ints([at])) as [string, string, string];
  const attributes = { T: attr.type("int32"), Index: attr.type("int32"), shrink_axis_mask: attr.int(1) };
  return to.add("StridedSlice", [all, begin, end, step], attributes, { dtype: "int32", shape: [] });
}

/** A dimension as a number. */
export function staticDim(dim: Dim | undefined, what: string): number {
  const size = dim === undefined ? undefined : evaluateDim(dim, {});
  return size ?? refuse(`${what} has to be known, and is ${dim}; give shapes of the inputs`);
}

/** Element types that the rules compute with. */
export function isComputable(dtype: DataType): boolean {
  return dtype !== "string" && dtype !== "complex64" && dtype !== "complex128";
}

/** Thrown and caught within a lowering, which goes on to find what else it can't lower. */
export function refuse(why: string): never {
  throw new TersorError("TENSORFLOW_REFUSED", why, { why });
}
