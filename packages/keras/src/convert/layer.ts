// One layer: by the rule of its class, or by its own layers where it is a model. What can't be converted is collected.

import { isTersorError } from "@tersor/core";
import { tensorsIn, type Call } from "../config/argument.ts";
import { isModel, modelOf, type LayerSpec } from "../config/model.ts";
import { operationRule } from "../layers/operations.ts";
import type { KerasTensor, LayerOutput, LayerRule } from "../layers/layer.ts";
import { contextOf, type Conversion } from "./context.ts";
import { convertModel } from "./model.ts";
import type { Place } from "./variables.ts";

/** Models inside models deeper than this are refused: Keras itself could not call them. */
const MAX_NESTING = 64;

/** The outputs of a layer; none where it was refused, or where an input was. */
export function convertLayer(
  layer: LayerSpec,
  call: Call<KerasTensor>,
  place: Place,
  conversion: Conversion,
): readonly KerasTensor[] {
  if (place.names.length > MAX_NESTING) return refused(layer, place, "it is too deep inside other layers", conversion);
  conversion.to.prefix = place.names.join("/");
  const rule = conversion.rules.get(layer.className) ?? operationOf(layer);
  if (rule === undefined && isModel(layer)) return convertInner(layer, call, place, conversion);
  if (rule === undefined) return refused(layer, place, reasonFor(layer), conversion);
  return convertByRule(rule, layer, call, place, conversion);
}

function operationOf({ className }: LayerSpec): LayerRule | undefined {
  return className.startsWith("ops.") ? operationRule : undefined;
}

function convertInner(
  layer: LayerSpec,
  call: Call<KerasTensor>,
  place: Place,
  conversion: Conversion,
): readonly KerasTensor[] {
  const inputs = call.args[0] ? tensorsIn(call.args[0]) : [];
  return convertModel(modelOf(layer, conversion.file), inputs, place, conversion);
}

function convertByRule(
  rule: LayerRule,
  layer: LayerSpec,
  call: Call<KerasTensor>,
  place: Place,
  conversion: Conversion,
): readonly KerasTensor[] {
  const context = contextOf(layer, call, place, conversion);
  try {
    return withMask(rule.convert(context), rule.passesMask ? context.inputs[0]?.mask : undefined);
  } catch (error) {
    if (isTersorError(error, "KERAS_REFUSED")) return refused(layer, place, String(error.data["why"]), conversion);
    throw error;
  }
}

function withMask(output: LayerOutput, mask: string | undefined): readonly KerasTensor[] {
  const outputs = Array.isArray(output) ? (output as readonly (string | KerasTensor)[]) : [output as string];
  return outputs.map((one) =>
    typeof one !== "string" ? one : mask === undefined ? { value: one } : { value: one, mask },
  );
}

function reasonFor({ className }: LayerSpec): string {
  if (className === "Lambda") return "it is Python code, which is never run; give the layer a class of its own";
  return "no rule converts this class";
}

function refused(
  { className }: LayerSpec,
  { names }: Place,
  why: string,
  { unsupported }: Conversion,
): readonly KerasTensor[] {
  unsupported.push({ layer: names.join("/"), className, why });
  return [];
}
