// What all TensorFlow formats are read into: the operations of a GraphDef in plain data, with variables as constants,
// calls inlined, and every reference to a tensor written out as "node:index". Conversion to ONNX starts here, and the
// writers of TensorFlow's own formats (lower/) end here.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto

import type { TensorSource } from "@tersor/core";

/** The values of attributes (AttrValue) by their kind. Types are TensorFlow's names without "DT_": "FLOAT", "INT32". */
export interface AttributeValues {
  readonly int: number;
  readonly float: number;
  readonly bool: boolean;
  readonly string: string;
  readonly type: string;
  /** Sizes; -1 is not known. undefined: the rank is not known. */
  readonly shape: readonly number[] | undefined;
  readonly tensor: TensorSource;
  /** Name of a function of the library. */
  readonly function: string;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  readonly bools: readonly boolean[];
  readonly strings: readonly string[];
  readonly types: readonly string[];
  readonly shapes: readonly (readonly number[] | undefined)[];
  readonly functions: readonly string[];
}

/** An attribute of an operation. */
export type TensorFlowAttribute = {
  readonly [K in keyof AttributeValues]: { readonly kind: K; readonly value: AttributeValues[K] };
}[keyof AttributeValues];

/** One operation. */
export interface TensorFlowNode {
  readonly name: string;
  /** TensorFlow's operation type, such as "Conv2D". */
  readonly op: string;
  /** Tensors, always with their index: "conv1/Relu:0". */
  readonly inputs: readonly string[];
  /** Names of nodes that have to run before. Only those that conversion may not drop are kept (none, mostly). */
  readonly control: readonly string[];
  readonly attributes: Readonly<Record<string, TensorFlowAttribute>>;
}

/** An input of a graph or of a function: a Placeholder, or an argument. */
export interface TensorFlowInput {
  /** The public name: a signature's key, or the node's name. */
  readonly name: string;
  /** The tensor that stands for it: "input:0". */
  readonly tensor: string;
  /** TensorFlow's type without "DT_"; undefined where it is not stated. */
  readonly dtype?: string;
  readonly shape?: readonly number[] | undefined;
}

/** An output of a graph or of a function. */
export interface TensorFlowOutput {
  readonly name: string;
  readonly tensor: string;
}

/** A function that While, If and their kin call. Calls of other kinds have been inlined. */
export interface TensorFlowFunction {
  readonly name: string;
  readonly inputs: readonly TensorFlowInput[];
  readonly outputs: readonly TensorFlowOutput[];
  readonly nodes: readonly TensorFlowNode[];
}

/** A model, frozen: what is reachable from its outputs and nothing else, in topological order save for v1 loops. */
export interface TensorFlowGraph extends TensorFlowFunction {
  readonly functions: ReadonlyMap<string, TensorFlowFunction>;
  /** Name of the source's tensor for constants that were variables: node name to variable name. */
  readonly variables: ReadonlyMap<string, string>;
}
