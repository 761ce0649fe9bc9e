// The context that a rule is run in: its node, where its inputs are, and what is known of them.

import { numbersOf, type Dim, type Fact, type Node } from "@tersor/core";
import type { Emitter, TensorType } from "./emitter.ts";
import { plainLayout, storedShape } from "./layout.ts";
import type { LowerContext, Target } from "./rule.ts";
import { refuse } from "./refusal.ts";
import { exactSizesOf, sizesOf } from "./sizes.ts";
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
    exactSizes: (shape) => exactSizesOf(shape, lowering),
    elements: (input) => elementsOf(nameOf(input), lowering),
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

/** Known elements of a small tensor of sizes and the like, as numbers or names; undefined where one is not known. */
function elementsOf(name: string, { facts, values }: Lowering): readonly Dim[] | undefined {
  const source = values.constant(name)?.source;
  if (source) return Array.from(numbersOf(source.tensor()));
  const fact = facts.get(name);
  const data = fact?.kind === "tensor" && fact.value ? Array.from(fact.value.data) : [null];
  return data.every((element) => element !== null) ? data : undefined;
}
