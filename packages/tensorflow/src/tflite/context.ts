// What a rule of TensorFlow Lite is given: an operation of the lowered graph, with the activation and the rounding that
// follow it, which its operator does in one go.

import { numbersOf } from "@tersor/core";
import { refuse } from "../lower/refusal.ts";
import type { AttributeValues, TensorFlowNode } from "../graphdef/graph.ts";
import type { LiteDraft, Scale } from "./draft.ts";
import type { activations } from "./schema.ts";

/** An operation and what is fused with it. */
export interface LiteContext {
  readonly node: TensorFlowNode;
  readonly draft: LiteDraft;
  readonly inputs: readonly string[];
  /** The tensors that are made: behind bias and activation, where these are fused. */
  readonly outputs: readonly string[];
  /** The bias that is added to the product. */
  readonly bias: string | undefined;
  readonly activation: keyof typeof activations;
  /** The codes that the output is rounded to next; undefined where it is read as floats, too. */
  readonly wanted: Scale | undefined;
}

/** An attribute's value of this kind. */
export function attributeOf<K extends keyof AttributeValues>(
  { node }: LiteContext,
  name: string,
  kind: K,
): AttributeValues[K] | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === kind ? (attribute.value as AttributeValues[K]) : undefined;
}

/** The numbers of a constant input. */
export function numbersOfInput({ inputs, draft }: LiteContext, input: number): readonly number[] {
  const source = draft.source(inputs[input] ?? "");
  return source ? Array.from(numbersOf(source.tensor())) : refuse(`its input ${input} has to be constant`);
}
