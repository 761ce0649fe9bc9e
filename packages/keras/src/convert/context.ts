// The context that a rule is run in.

import { TersorError, type Dim } from "@tersor/core";
import { tensorsIn, type Argument, type Call } from "../config/argument.ts";
import type { LayerSpec } from "../config/model.ts";
import type { UnsupportedLayer } from "../errors.ts";
import type { KerasTensor, LayerContext, LayerRule } from "../layers/layer.ts";
import { storedVariables, valuesOf, type Place, type VariableUse } from "./variables.ts";

/** What all levels of one conversion share. */
export interface Conversion extends VariableUse {
  readonly file: string;
  /** 2 or 3: the version of Keras that wrote the model. */
  readonly major: number;
  readonly rules: ReadonlyMap<string, LayerRule>;
  readonly unsupported: UnsupportedLayer[];
  convertLayer(layer: LayerSpec, call: Call<KerasTensor>, place: Place): readonly KerasTensor[];
}

/** The context of one call of a layer. */
export function contextOf(
  layer: LayerSpec,
  call: Call<KerasTensor>,
  place: Place,
  conversion: Conversion,
): LayerContext {
  const { to, major } = conversion;
  const inputs = call.args[0] ? tensorsIn(call.args[0]) : [];
  const shape = (value: string): readonly Dim[] => to.shape(value) ?? refuse("the rank of its input can't be told");
  const partOf = (attributes: readonly string[], name?: string): Place => ({
    names: name === undefined ? place.names : [...place.names, name],
    models: place.models,
    scope: place.scope.part(attributes, name),
  });
  return {
    layer,
    config: layer.config,
    to,
    inputs,
    call,
    major,
    x: inputs[0]?.value ?? "",
    shape,
    size: (value, axis) => {
      const size = shape(value).at(axis);
      return typeof size === "number" ? size : refuse(`the size of axis ${axis} of its input has to be known`);
    },
    variables: (shapes) => valuesOf(storedVariables(shapes, place, conversion), conversion),
    stored: (shapes) => storedVariables(shapes, place, conversion),
    part: (attributes, name, inner = layer) => contextOf(inner, call, partOf(attributes, name), conversion),
    convert: (inner, values, attributes) =>
      conversion.convertLayer(inner, callWith(values), { ...place, scope: partOf(attributes, inner.name).scope }),
    refuse,
  };
}

/** A call with tensors only: one as it is, several as a list. */
export function callWith(tensors: readonly KerasTensor[]): Call<KerasTensor> {
  const items = tensors.map((tensor): Argument<KerasTensor> => ({ kind: "tensor", tensor }));
  return { args: [items.length === 1 ? items[0]! : { kind: "list", items }], kwargs: new Map() };
}

/** Thrown and caught within a conversion, which goes on to find what else it can't convert. */
function refuse(why: string): never {
  throw new TersorError("KERAS_REFUSED", why, { why });
}
