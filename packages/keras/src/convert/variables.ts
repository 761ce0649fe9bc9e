// Variables on their way from the file to the graph: found, held to the shape the layer needs, and made values.

import { attribute, dataTypes, isFloat, originOf, type GraphBuilder } from "@tersor/core";
import { weightMissing, weightShape } from "../errors.ts";
import type { ExpectedShape, ExpectedVariables } from "../layers/layer.ts";
import type { StoredVariable, VariableScope } from "../store/scope.ts";

/** A variable that a layer asked for, and its name as Keras 2 gives them: those of its layer and parts, then its own. */
export interface UsedVariable {
  readonly names: readonly string[];
  readonly variable: StoredVariable;
}

/** Where a layer is: the names of the layers around it and its own, and where its variables are. */
export interface Place {
  readonly names: readonly string[];
  /** How many of the names are those of models, which Keras leaves out of the names of variables. */
  readonly models: number;
  readonly scope: VariableScope;
}

/** What one conversion knows of its variables. */
export interface VariableUse {
  readonly to: GraphBuilder;
  /** Values of variables by their path in the file: a shared layer has one. */
  readonly values: Map<string, string>;
  /** Variables in the order in which layers asked for them, by path. */
  readonly used: Map<string, UsedVariable>;
}

/**
 * Finds the variables of a layer.
 * @throws KERAS_WEIGHT_MISSING, KERAS_WEIGHT_SHAPE
 */
export function storedVariables<const Shapes extends ExpectedVariables>(
  shapes: Shapes,
  place: Place,
  { used }: VariableUse,
): { readonly [Name in keyof Shapes]: StoredVariable } {
  const names = Object.keys(shapes).filter((name) => shapes[name] !== undefined);
  const found = place.scope.variables(names);
  const layer = place.names.join("/");
  const entries = names.map((name, i) => {
    const variable = found[i];
    const { where, has } = place.scope;
    if (variable === undefined) throw weightMissing({ layer, weight: name, where, has });
    checkShape(layer, name, shapes[name]!, variable.source.shape);
    used.set(variable.path, { names: [...place.names.slice(place.models), name], variable });
    return [name, variable] as const;
  });
  return Object.fromEntries(entries) as { [Name in keyof Shapes]: StoredVariable };
}

function checkShape(layer: string, weight: string, expected: ExpectedShape, received: readonly number[]): void {
  if (expected === "any") return;
  const fits = expected.length === received.length && expected.every((dim, i) => (dim ?? received[i]) === received[i]);
  if (!fits) throw weightShape({ layer, weight, expected, received });
}

/** The variables as values of the graph. */
export function valuesOf<Names extends PropertyKey>(
  variables: { readonly [Name in Names]: StoredVariable },
  use: VariableUse,
): { readonly [Name in Names]: string } {
  const entries = Object.entries<StoredVariable>(variables).map(([name, variable]) => [name, valueOf(variable, use)]);
  return Object.fromEntries(entries) as { [Name in Names]: string };
}

/** Floats of other widths are brought to float32, which all layers compute in here. */
function valueOf({ path, source }: StoredVariable, { to, values }: VariableUse): string {
  const known = values.get(path);
  if (known !== undefined) return known;
  const weight = to.weight(path, source, originOf(path));
  const isOther = isFloat(source.dtype) && source.dtype !== "float32";
  const value = isOther ? to.add("Cast", [weight], { to: attribute.int(dataTypes.float32.code) }) : weight;
  values.set(path, value);
  return value;
}
