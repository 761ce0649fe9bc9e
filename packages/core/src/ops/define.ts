// What Tersor knows of an operator, said once: defineOp({ type, since, attributes, shape, fold, quantization, cost }).
// What it cannot do is a stated variant with the reason, so "what can't we do yet" is a query.

import type { Dim } from "../graph/dim.ts";
import type { Attribute, Node, Subgraph, ValueType } from "../graph/graph.ts";
import type { DataType } from "../tensor/dtype.ts";

/**
 * Elements of a small tensor that are known, exactly or as symbols, while shapes are inferred:
 * numbers, symbolic dimensions, and null where one element is not known. Booleans are 0 and 1.
 */
export interface Elements {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<Dim | null>;
}

/** What is known of a tensor while types are inferred. */
export interface TensorFact {
  readonly kind: "tensor";
  readonly dtype?: DataType;
  readonly shape?: readonly Dim[];
  /** Known elements: of small integer tensors, and of constants. */
  readonly value?: Elements;
}

/** What is known of a value: a tensor, or another ONNX type. */
export type Fact = TensorFact | Exclude<ValueType, { readonly kind: "tensor" }>;

/** A tensor input whose shape is known: what a shape rule is given. */
export interface ShapedInput {
  readonly dtype: DataType | undefined;
  readonly shape: readonly Dim[];
  readonly value?: Elements;
}

/** Reads an attribute; `undefined` means it is not there. */
export interface AttributeSpec<T> {
  read(attribute: Attribute | undefined): T;
}

/** The values that the readers of `S` give. */
export type AttributeValues<S> = { readonly [K in keyof S]: S[K] extends AttributeSpec<infer T> ? T : never };

/** What a rule can ask about the node it is run on, besides its inputs. */
export interface RuleContext {
  readonly node: Node;
  /** Version of the node's operator set in the model. */
  readonly opset: number;
  /** A new dimension that nothing else is equal to, named after this node's output: "<output>.<label>". */
  unknownDim(output: number, label: string | number): Dim;
  /** Infers a body with the given facts of its inputs; gives the facts of its outputs. */
  inferBody(body: Subgraph, inputs: readonly (Fact | undefined)[]): readonly (Fact | undefined)[];
  /** The fact of any input, also one without a known shape or of a non-tensor type. */
  fact(input: number): Fact | undefined;
}

/** A result of a shape rule: just the shape (element type as `types` says), or a whole fact. undefined: not known. */
export type ShapeResult = readonly Dim[] | Fact | undefined;

/** How an operator takes part in quantization. Input and output positions are indices; the axis counts from 0. */
export type QuantizationTrait<A> =
  /** Multiplies an activation by a weight and sums over all but the channel axis. */
  | {
      readonly kind: "weighted";
      readonly activation: number;
      readonly weight: number;
      readonly bias?: number;
      /** Axis of the weight that holds the output channels. */
      readonly channelAxis: (attributes: A, weightRank: number) => number;
    }
  /** Looks rows up in a table. */
  | { readonly kind: "table"; readonly table: number; readonly axis: (attributes: A, tableRank: number) => number }
  /** Recurrent weights: [directions, gates*hidden, in] or its kin. */
  | {
      readonly kind: "recurrent";
      readonly activation: number;
      readonly weights: readonly number[];
      readonly bias?: number;
    }
  /** Moves or selects elements and computes none: output `0` has the scale of input `data`. */
  | { readonly kind: "transparent"; readonly data: number }
  /** Computes on activations and has an INT8 form in runtimes: `inputs` are the quantized ones. */
  | {
      readonly kind: "activation";
      readonly inputs: readonly number[] | "all";
      /** Output range that the formula fixes. */ readonly range?: readonly [number, number];
    }
  /** Has no INT8 form, or must not have one. */
  | { readonly kind: "float"; readonly why: string }
  /** Already quantizes, dequantizes or computes on integers. */
  | { readonly kind: "quantized" };

/** Multiply-accumulate operations of one execution; NaN where a needed shape is not known as numbers. */
export type CostRule<A> = (
  inputs: readonly (ShapedInput | undefined)[],
  attributes: A,
  outputs: readonly (ShapedInput | undefined)[],
) => number;

/** Computes outputs from known elements; undefined where it can't. */
export type FoldRule<A> = (
  inputs: readonly (Elements | undefined)[],
  attributes: A,
  context: RuleContext,
) => readonly (Elements | undefined)[] | undefined;

interface Declared<S extends Record<string, AttributeSpec<unknown>>> {
  /** ONNX operator type. */
  readonly type: string;
  /** Default: ONNX's own domain. */
  readonly domain?: string;
  /** Operator set versions in which ONNX changed the operator, ascending. */
  readonly since: readonly number[];
  readonly attributes?: S;
  /** Element types of the outputs; default: that of input 0 for each. */
  readonly types?: (
    inputs: readonly (Fact | undefined)[],
    attributes: AttributeValues<S>,
    context: RuleContext,
  ) => readonly (DataType | undefined)[];
  /**
   * Shapes of the outputs. Called when every given tensor input has a known rank, unless `partial` is set;
   * an input that is not there is undefined.
   */
  readonly shape: (
    inputs: readonly ShapedInput[],
    attributes: AttributeValues<S>,
    context: RuleContext,
  ) => readonly ShapeResult[];
  /** Call `shape` although shapes of inputs are unknown (their place in the list is undefined then). */
  readonly partial?: boolean;
  /** Results from known elements, exact or symbolic. Without it the operator folds only through an executor. */
  readonly fold?: FoldRule<AttributeValues<S>>;
  readonly quantization: QuantizationTrait<AttributeValues<S>>;
  /** Without it the operator costs no multiply-accumulates. */
  readonly cost?: CostRule<AttributeValues<S>>;
}

/** An operator as the rest of Tersor sees it: the attribute types are closed over. */
export interface OpDefinition {
  readonly type: string;
  readonly domain: string;
  readonly since: readonly number[];
  readonly attributeNames: readonly string[];
  readonly partial: boolean;
  readAttributes(node: Node): Readonly<Record<string, unknown>>;
  readonly types: (inputs: readonly (Fact | undefined)[], context: RuleContext) => readonly (DataType | undefined)[];
  readonly shape: (inputs: readonly ShapedInput[], context: RuleContext) => readonly ShapeResult[];
  readonly fold:
    | {
        readonly kind: "rule";
        readonly run: (
          inputs: readonly (Elements | undefined)[],
          context: RuleContext,
        ) => readonly (Elements | undefined)[] | undefined;
      }
    | { readonly kind: "executor" };
  quantization(node: Node, weightRank?: number): ResolvedTrait;
  readonly cost: (
    node: Node,
    inputs: readonly (ShapedInput | undefined)[],
    outputs: readonly (ShapedInput | undefined)[],
  ) => number;
}

/** A quantization trait with the node's attributes put in. */
export type ResolvedTrait =
  | {
      readonly kind: "weighted";
      readonly activation: number;
      readonly weight: number;
      readonly bias?: number;
      readonly channelAxis: number;
    }
  | { readonly kind: "table"; readonly table: number; readonly axis: number }
  | Exclude<QuantizationTrait<never>, { readonly kind: "weighted" | "table" }>;

/** Defines an operator; the factory holds the generics so that rules need none. */
export function defineOp<const S extends Record<string, AttributeSpec<unknown>> = Record<never, never>>(
  op: Declared<S>,
): OpDefinition {
  const read = (node: Node): AttributeValues<S> => {
    const values: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(op.attributes ?? {})) values[name] = spec.read(node.attributes[name]);
    return values as AttributeValues<S>;
  };
  const { fold, types, cost, quantization: trait } = op;
  return {
    type: op.type,
    domain: op.domain ?? "",
    since: op.since,
    attributeNames: Object.keys(op.attributes ?? {}),
    partial: op.partial ?? false,
    readAttributes: read,
    types: (inputs, context) =>
      types ? types(inputs, read(context.node), context) : context.node.outputs.map(() => dtypeOf(inputs[0])),
    shape: (inputs, context) => op.shape(inputs, read(context.node), context),
    fold: fold
      ? { kind: "rule", run: (inputs, context) => fold(inputs, read(context.node), context) }
      : { kind: "executor" },
    quantization: (node, weightRank = 0) => {
      if (trait.kind === "weighted") return { ...trait, channelAxis: trait.channelAxis(read(node), weightRank) };
      if (trait.kind === "table") return { ...trait, axis: trait.axis(read(node), weightRank) };
      return trait;
    },
    cost: (node, inputs, outputs) => cost?.(inputs, read(node), outputs) ?? 0,
  };
}

function dtypeOf(fact: Fact | undefined): DataType | undefined {
  return fact?.kind === "tensor" ? fact.dtype : undefined;
}

// Attribute readers. A wrong kind reads as absent: the verifier reports it, rules stay total.

/** An integer attribute. */
export function int<const D extends number | undefined>(otherwise: D): AttributeSpec<number | D> {
  return { read: (a) => (a?.kind === "int" ? a.value : otherwise) };
}
/** An integer used as a truth value. */
export function flag(otherwise = false): AttributeSpec<boolean> {
  return { read: (a) => (a?.kind === "int" ? a.value !== 0 : otherwise) };
}
/** A float attribute. */
export function float<const D extends number | undefined>(otherwise: D): AttributeSpec<number | D> {
  return { read: (a) => (a?.kind === "float" ? a.value : otherwise) };
}
/** A string attribute. */
export function string<const D extends string | undefined>(otherwise: D): AttributeSpec<string | D> {
  return { read: (a) => (a?.kind === "string" ? a.value : otherwise) };
}
/** A list of integers, undefined when absent. */
export function ints(): AttributeSpec<readonly number[] | undefined> {
  return { read: (a) => (a?.kind === "ints" ? a.value : undefined) };
}
/** A list of floats, undefined when absent. */
export function floats(): AttributeSpec<readonly number[] | undefined> {
  return { read: (a) => (a?.kind === "floats" ? a.value : undefined) };
}
/** A list of strings, undefined when absent. */
export function strings(): AttributeSpec<readonly string[] | undefined> {
  return { read: (a) => (a?.kind === "strings" ? a.value : undefined) };
}
/** The attribute as it is, for the few that take several kinds. */
export function raw(): AttributeSpec<Attribute | undefined> {
  return { read: (a) => a };
}

/** The readers by name, for operators that plugins define: `attributes: { axis: attributeReaders.int(0) }`. */
export const attributeReaders = { int, flag, float, string, ints, floats, strings, raw } as const;
