// Layers around another layer. https://keras.io/api/layers/recurrent_layers/bidirectional/

import { attribute, type Dim } from "@tersor/core";
import { layerOf } from "../config/model.ts";
import { defineLayer, type KerasTensor, type LayerContext, type LayerRule } from "./layer.ts";
import { scalar } from "./layout.ts";
import { recurrentOutputs } from "./recurrent.ts";

/** Wrappers. */
export const wrappers: readonly LayerRule[] = [
  defineLayer({ classes: ["TimeDistributed"], convert: timeDistributed }),
  defineLayer({ classes: ["Bidirectional"], convert: bidirectional }),
  defineLayer({
    classes: ["Wrapper"],
    convert: ({ config, inputs, convert }) => convert(layerOf(config.object("layer"), config.where), inputs, ["layer"]),
  }),
];

/** Layers that treat each step alike however many axes are before the last. */
const stepwise = new Set(["Dense", "Activation", "Dropout", "ReLU", "LeakyReLU", "ELU"]);

/** The steps become part of the batch, and come apart again behind the layer. */
function timeDistributed(context: LayerContext): readonly KerasTensor[] {
  const { config, inputs, shape, convert, refuse } = context;
  const inner = layerOf(config.object("layer"), config.where);
  if (inputs.length !== 1) refuse("it is called with several tensors");
  const { value, mask } = inputs[0]!;
  const carried = mask === undefined ? {} : { mask };
  if (stepwise.has(inner.className)) {
    return convert(inner, [{ value }], ["layer"]).map((output) => ({ value: output.value, ...carried }));
  }
  const merged = reshaped(context, value, [-1], shape(value).slice(2));
  return convert(inner, [{ value: merged }], ["layer"]).map((output) => ({
    value: apart(context, output.value, value),
    ...carried,
  }));
}

function reshaped({ to, refuse }: LayerContext, x: string, front: readonly number[], rest: readonly Dim[]): string {
  const known = rest.map((size) => (typeof size === "number" ? size : refuse("the sizes of a step have to be known")));
  return to.add("Reshape", [x, to.int64s([...front, ...known])]);
}

function apart(context: LayerContext, y: string, like: string): string {
  const { to, shape, refuse } = context;
  const rest = shape(y).slice(1);
  const steps = shape(like)[1];
  if (typeof steps === "number") return reshaped(context, y, [-1, steps], rest);
  const known = rest.map((size) => (typeof size === "number" ? size : refuse("the sizes of a step have to be known")));
  const front = to.add("Slice", [to.add("Shape", [like]), to.int64s([0]), to.int64s([2])]);
  const target = to.add("Concat", [front, to.int64s(known)], { axis: attribute.int(0) });
  return to.add("Reshape", [y, target]);
}

/** One layer forwards, one backwards; the outputs of the second are brought into the order of the first. */
function bidirectional(context: LayerContext): readonly KerasTensor[] {
  const { config, inputs, refuse } = context;
  if (inputs.length !== 1 || context.call.kwargs.has("initial_state")) refuse("initial states are not supported");
  const forward = layerOf(config.object("layer"), config.where);
  const own = config.value("backward_layer");
  const backward = own === undefined ? forward : layerOf(own, config.where);
  const zeroOutput = forward.config.flag("return_sequences", false);
  const first = context.part(["forward_layer"], prefixed("forward_", forward.name), forward);
  const second = context.part(["backward_layer"], prefixed("backward_", backward.name), backward);
  const there = recurrentOutputs(first, { zeroOutput, backwards: false });
  const back = recurrentOutputs(second, { zeroOutput, backwards: true, aligned: true });
  return [...merged(context, there[0]!, back[0]!), ...there.slice(1), ...back.slice(1)];
}

function prefixed(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : prefix + name;
}

function merged(context: LayerContext, a: KerasTensor, b: KerasTensor): readonly KerasTensor[] {
  const { to, config, refuse } = context;
  if (config.value("merge_mode") === undefined && "merge_mode" in config.record) return [a, b];
  const mode = config.text("merge_mode", "concat");
  const pair = [a.value, b.value];
  const make: Readonly<Record<string, () => string>> = {
    concat: () => to.add("Concat", pair, { axis: attribute.int(-1) }),
    sum: () => to.add("Add", pair),
    mul: () => to.add("Mul", pair),
    ave: () => to.add("Mul", [to.add("Add", pair), scalar(context, 0.5)]),
  };
  const merge = Object.hasOwn(make, mode) ? make[mode] : undefined;
  const value = merge ? merge() : refuse(`the merge_mode "${mode}"`);
  return [{ value, ...(a.mask !== undefined && { mask: a.mask }) }];
}
