// Where the variables of a layer are found: one contract for the ways in which files name them.

import type { TensorSource } from "@tersor/core";
import type { LayerSpec } from "../config/model.ts";

/** A variable as a file holds it. */
export interface StoredVariable {
  /** Its path in the file, which is the name of its origin. */
  readonly path: string;
  readonly source: TensorSource;
}

/** The variables of a layer and of the layers inside it. */
export interface VariableScope {
  /** Where this is in the file, for errors. */
  readonly where: string;
  /** What is there, for errors. */
  readonly has: string;
  /** The variables by these names, which stand in the order Keras makes them; undefined for those that are missing. */
  variables(names: readonly string[]): readonly (StoredVariable | undefined)[];
  /** The variables of a part: by the attribute that holds it, or by its own name. */
  part(attributes: readonly string[], name?: string): VariableScope;
  /** The variables of each layer of a model, by position. */
  layers(layers: readonly LayerSpec[]): readonly VariableScope[];
}
