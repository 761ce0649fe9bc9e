// A model of layers: each call once its inputs are there. https://keras.io/guides/functional_api/

import { mapTensors, tensorsIn, type Argument, type Call, type TensorReference } from "../config/argument.ts";
import { isModel, type LayerSpec, type ModelSpec } from "../config/model.ts";
import { callsUnresolved, configField } from "../errors.ts";
import type { KerasTensor } from "../layers/layer.ts";
import type { VariableScope } from "../store/scope.ts";
import { callWith, type Conversion } from "./context.ts";
import type { Place } from "./variables.ts";

/** The outputs of a model on these inputs; none where one of its layers was refused. */
export function convertModel(
  model: ModelSpec,
  inputs: readonly KerasTensor[],
  place: Place,
  conversion: Conversion,
): readonly KerasTensor[] {
  const scopes = place.scope.layers(model.layers);
  if (model.kind === "sequential") return convertSequence(model, inputs, place, scopes, conversion);
  const values = new Map<string, readonly KerasTensor[]>();
  model.inputs.forEach(({ layer }, i) => values.set(`${layer}:0`, inputs[i] ? [inputs[i]] : []));
  const calls = pendingCalls(model, values, (layer, i) => innerPlace(place, layer, scopes[i]!));
  runCalls(calls, values, model, conversion);
  return model.outputs.flatMap((reference) => outputOf(reference, values, model, conversion) ?? []);
}

function innerPlace({ names }: Place, layer: string, scope: VariableScope): Place {
  return { names: [...names, layer], models: names.length, scope };
}

function convertSequence(
  model: ModelSpec,
  inputs: readonly KerasTensor[],
  place: Place,
  scopes: readonly VariableScope[],
  conversion: Conversion,
): readonly KerasTensor[] {
  let current = inputs;
  for (const [i, layer] of model.layers.entries()) {
    if (layer.className === "InputLayer") continue;
    if (current.length === 0) return [];
    current = conversion.convertLayer(layer, callWith(current), innerPlace(place, layer.name, scopes[i]!));
  }
  return current;
}

/** A call that waits for its inputs. */
interface PendingCall {
  readonly key: string;
  readonly layer: LayerSpec;
  readonly place: Place;
  readonly call: Call;
  readonly needs: readonly string[];
}

function pendingCalls(
  model: ModelSpec,
  given: ReadonlyMap<string, unknown>,
  placeOf: (name: string, index: number) => Place,
): readonly PendingCall[] {
  const last = lastReferenced(model);
  return model.layers.flatMap((layer, i) =>
    layer.calls.flatMap((call, number): readonly PendingCall[] => {
      const key = `${layer.name}:${number + skippedCalls(layer, last.get(layer.name))}`;
      if (given.has(key)) return [];
      const needs = [...new Set(referencesOf(call).map((reference) => `${reference.layer}:${reference.call}`))];
      return [{ key, layer, place: placeOf(layer.name, i), call, needs }];
    }),
  );
}

/** The highest number of a call that is used, by layer. */
function lastReferenced({ layers, outputs }: ModelSpec): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { layer, call } of [...outputs, ...layers.flatMap(({ calls }) => calls.flatMap(referencesOf))])
    last.set(layer, Math.max(call, last.get(layer) ?? 0));
  return last;
}

/** Keras 2 counts the making of a model inside as its first call, which it does not write. */
function skippedCalls(layer: LayerSpec, last = 0): number {
  return isModel(layer) && last === layer.calls.length ? 1 : 0;
}

function referencesOf({ args, kwargs }: Call): readonly TensorReference[] {
  return [...args, ...kwargs.values()].flatMap(tensorsIn);
}

/** Runs each call when the last of its inputs is there, in the order of the configuration where it can. */
function runCalls(
  calls: readonly PendingCall[],
  values: Map<string, readonly KerasTensor[]>,
  model: ModelSpec,
  conversion: Conversion,
): void {
  const waiting = new Map(calls.map((call) => [call, call.needs.filter((key) => !values.has(key)).length]));
  const readers = new Map<string, PendingCall[]>();
  for (const call of calls) for (const key of call.needs) readers.set(key, [...(readers.get(key) ?? []), call]);
  const ready = calls.filter((call) => waiting.get(call) === 0);
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    values.set(next.key, runCall(next, values, model, conversion));
    waiting.delete(next);
    for (const reader of readers.get(next.key) ?? []) {
      const left = (waiting.get(reader) ?? 0) - 1;
      waiting.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  const stuck = new Set(Array.from(waiting.keys(), ({ layer }) => layer.name));
  if (stuck.size > 0) throw callsUnresolved({ model: model.name, layers: [...stuck] });
}

function runCall(
  { layer, call, place }: PendingCall,
  values: ReadonlyMap<string, readonly KerasTensor[]>,
  model: ModelSpec,
  conversion: Conversion,
): readonly KerasTensor[] {
  const tensors = referencesOf(call).map((reference) => outputOf(reference, values, model, conversion));
  // Something before it was refused: what depends on it can't be judged.
  if (tensors.some((tensor) => tensor === undefined)) return [];
  const resolve = (argument: Argument<TensorReference>): Argument<KerasTensor> =>
    mapTensors(argument, (reference) => outputOf(reference, values, model, conversion)!);
  const kwargs = new Map(Array.from(call.kwargs, ([name, argument]) => [name, resolve(argument)]));
  return conversion.convertLayer(layer, { args: call.args.map(resolve), kwargs }, place);
}

/** The tensor that a reference names; undefined after something was refused. */
function outputOf(
  { layer, call, output }: TensorReference,
  values: ReadonlyMap<string, readonly KerasTensor[]>,
  model: ModelSpec,
  { unsupported }: Conversion,
): KerasTensor | undefined {
  const tensor = values.get(`${layer}:${call}`)?.[output];
  if (tensor !== undefined || unsupported.length > 0) return tensor;
  const expected = `a tensor that the layer "${layer}" makes in its call ${call}, output ${output},`;
  throw configField({ where: `the model "${model.name}"`, field: "layers", expected });
}
