// How one TensorFlow operation becomes ONNX: a rule names its operations and builds nodes. One file per family in
// rules/. Types: TensorFlow's int32 stays int32; an operator of ONNX that wants int64 gets a Cast.

import type { DataType, Dim, GraphBuilder, Tensor } from "@tersor/core";
import type { AttributeValues, TensorFlowFunction, TensorFlowNode } from "../graphdef/graph.ts";

/** What a rule is given: the operation, and the ONNX graph in the making with its inputs in it. */
export interface RuleContext {
  readonly node: TensorFlowNode;
  /** The ONNX graph (or body) that the rule adds to; nodes get the operation's name. */
  readonly to: GraphBuilder;
  /** Names of the ONNX values of the inputs. */
  readonly inputs: readonly string[];
  /** The elements of an input, where it is constant or could be folded. */
  known(input: number): Tensor | undefined;
  /** The numbers of an input that has to be constant, such as axes; refuses the operation where it is not. */
  numbers(input: number): readonly number[];
  shape(input: number): readonly Dim[] | undefined;
  /** The rank of an input; refuses the operation where it can't be told. */
  rank(input: number): number;
  /** An attribute's value of this kind; undefined when it is not there. */
  attribute<K extends keyof AttributeValues>(name: string, kind: K): AttributeValues[K] | undefined;
  /** Converts a function of the library as a body: its inputs are values of that body. Returns the body's outputs. */
  callFunction(called: TensorFlowFunction, into: GraphBuilder, inputs: readonly string[]): readonly string[];
  /** @throws TENSORFLOW_FUNCTION_MISSING */
  functionNamed(name: string): TensorFlowFunction;
  /** Whether anything reads this output of the operation. */
  isRead(output: number): boolean;
  /** Lists that nothing was written to yet, by the name that stands for them among the values. */
  readonly lists: Map<string, ReservedList>;
  /** Refuses this use of the operation: what is not supported, in words. It joins the one error that lists all. */
  refuse(why: string): never;
}

/** A list of tensors that nothing was written to yet: zeros. Lists with elements are tensors, elements along axis 0. */
export interface ReservedList {
  /** ONNX value: the number of elements, an int64 scalar. */
  readonly size: string;
  readonly dtype: DataType;
  /** The shape of an element, where all of it is stated. */
  element: readonly number[] | undefined;
}

/** A rule: the names of the ONNX values that are the operation's outputs, in order. */
export interface TensorFlowRule {
  readonly ops: readonly string[];
  convert(context: RuleContext): readonly string[];
}

/** Defines a rule; an identity function whose job is inference. */
export function defineRule(rule: TensorFlowRule): TensorFlowRule {
  return rule;
}
