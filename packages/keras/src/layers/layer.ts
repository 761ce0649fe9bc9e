// How one Keras layer becomes ONNX: a rule names its classes and builds nodes. One file per family in this folder.
// Values keep Keras's layout; core's passes move the transposes together afterwards.

import type { Dim, GraphBuilder } from "@tersor/core";
import type { Call } from "../config/argument.ts";
import type { Fields } from "../config/json.ts";
import type { LayerSpec } from "../config/model.ts";
import type { StoredVariable } from "../store/scope.ts";

/** A tensor between layers: the name of its ONNX value, and that of its mask (bool), where it carries one. */
export interface KerasTensor {
  readonly value: string;
  readonly mask?: string;
}

/** Sizes that a variable has to have; undefined where any will do, "any" where the rank is open too. */
export type ExpectedShape = readonly (number | undefined)[] | "any";

/** The variables that a layer has, in the order in which Keras makes them, with the sizes they must have. */
export type ExpectedVariables = Readonly<Record<string, ExpectedShape>>;

/** What a rule is given. */
export interface LayerContext {
  readonly layer: LayerSpec;
  readonly config: Fields;
  /** The ONNX graph that the rule adds to; nodes get the layer's name. */
  readonly to: GraphBuilder;
  /** The tensors of the first argument, flattened. */
  readonly inputs: readonly KerasTensor[];
  /** The call with all its arguments. */
  readonly call: Call<KerasTensor>;
  /** 2 or 3: the version of Keras that wrote the model. */
  readonly major: number;
  /** The value of the first input. */
  readonly x: string;
  /** The sizes of a value. Refuses where its rank can't be told. */
  shape(value: string): readonly Dim[];
  /** A size that has to be known, such as the number of channels. Refuses where it is not. */
  size(value: string, axis: number): number;
  /**
   * The variables as values of the graph; those of 16 or 64 bits are brought to float32.
   * @throws KERAS_WEIGHT_MISSING, KERAS_WEIGHT_SHAPE
   */
  variables<const Shapes extends ExpectedVariables>(shapes: Shapes): { readonly [Name in keyof Shapes]: string };
  /**
   * The variables as the file holds them.
   * @throws KERAS_WEIGHT_MISSING, KERAS_WEIGHT_SHAPE
   */
  stored<const Shapes extends ExpectedVariables>(shapes: Shapes): { readonly [Name in keyof Shapes]: StoredVariable };
  /**
   * The context of a part: its variables are found by the attribute that holds it or by its own name, and its
   * configuration is that of `layer`, or of this layer.
   */
  part(attributes: readonly string[], name?: string, layer?: LayerSpec): LayerContext;
  /** Converts a layer inside this one, such as the one that a wrapper holds under one of these attributes. */
  convert(layer: LayerSpec, inputs: readonly KerasTensor[], attributes: readonly string[]): readonly KerasTensor[];
  /** Refuses this use of the layer: what is not supported, in words. It joins the one error that lists all. */
  refuse(why: string): never;
}

/** What a rule gives: the outputs of the layer. */
export type LayerOutput = string | KerasTensor | readonly (string | KerasTensor)[];

/** A rule. */
export interface LayerRule {
  /** Classes of Keras, such as "Conv2D". */
  readonly classes: readonly string[];
  /** Whether a mask of the input goes on to the output, as `supports_masking` says in Keras. Default false. */
  readonly passesMask?: boolean;
  convert(context: LayerContext): LayerOutput;
}

/**
 * Defines how a layer is converted.
 * @example
 * defineLayer({ classes: ["Swish"], convert: ({ to, x }) => to.add("Mul", [x, to.add("Sigmoid", [x])]) });
 */
export function defineLayer(rule: LayerRule): LayerRule {
  return rule;
}
