// How one ONNX operator becomes TensorFlow operations: a rule names its operators and emits. One file per family in
// rules/. Layouts: a rule takes its inputs in the layout it wants, and says in which one it leaves its outputs.

import type { Dim, Node, Tensor, TensorSource } from "@tersor/core";
import type { Attributes, ConstantCodes, Emitter, TensorType } from "./emitter.ts";
import type { Layout } from "./layout.ts";

/** A tensor that holds an ONNX value, and how its axes lie. */
export interface Stored {
  readonly tensor: string;
  readonly layout: Layout;
}

/** A constant of the ONNX graph, with the integers it was quantized to where it was. */
export interface Constant {
  readonly name: string;
  /** Floats, when it is quantized. */
  readonly source: TensorSource;
  readonly codes?: ConstantCodes;
}

/** What the operations are for: TensorFlow itself, or TensorFlow Lite, which has some operators of its own. */
export type Target = "graphdef" | "tflite";

/** What a rule is given: a node, and the operations in the making. */
export interface LowerContext {
  readonly node: Node;
  readonly to: Emitter;
  readonly target: Target;
  /** Version of ONNX's operator set. */
  readonly opset: number;
  /** Number of inputs; one that is left out counts. */
  readonly count: number;
  has(input: number): boolean;
  /** @throws for the one error when the type or the rank can't be told. */
  type(input: number): TensorType;
  outputType(output?: number): TensorType;
  rank(input: number): number;
  /** The input as it lies. */
  stored(input: number): Stored;
  /** The input in a layout; default ONNX's own. */
  in(input: number, layout?: Layout): string;
  constant(input: number): Constant | undefined;
  /** Emits a constant with its axes in this order; default as they are. */
  place(constant: Constant, layout?: Layout): string;
  /** Elements of a constant that has to be one; undefined when the input is left out. */
  tensor(input: number): Tensor | undefined;
  numbers(input: number): readonly number[] | undefined;
  /** The only reader of the node's output, when there is just one. */
  onlyReader(output?: number): Node | undefined;
  int(name: string, otherwise: number): number;
  float(name: string, otherwise: number): number;
  text(name: string, otherwise: string): string;
  ints(name: string): readonly number[] | undefined;
  /** Adds the operation that makes output `output` (default 0) of the node, in this layout. */
  emit(op: string, inputs: readonly string[], attributes: Attributes, layout: Layout, output?: number): Stored;
  /** A tensor of sizes: constant where at most one is not a number (it becomes -1). */
  sizes(shape: readonly Dim[]): string;
  /** A tensor of sizes or other numbers, each with its value. */
  exactSizes(shape: readonly Dim[]): string;
  /** Elements of a small input, as numbers or names of sizes; undefined where one is not known. */
  elements(input: number): readonly Dim[] | undefined;
  /** Refuses this use of the operator; it joins the one error that lists all. */
  refuse(why: string): never;
}

/** A rule: what holds each output, in order. */
export interface LoweringRule {
  readonly ops: readonly string[];
  lower(context: LowerContext): readonly Stored[];
}

/** Defines a rule; an identity function whose job is inference. */
export function defineLowering(rule: LoweringRule): LoweringRule {
  return rule;
}
