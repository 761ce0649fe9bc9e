// Layers that merge several tensors. https://keras.io/api/layers/merging_layers/

import { attribute, dataTypes } from "@tersor/core";
import { defineLayer, type KerasTensor, type LayerContext, type LayerRule } from "./layer.ts";
import { axisOf, scalar, unsqueeze } from "./layout.ts";

const pairwise = { Add: "Add", Multiply: "Mul", Subtract: "Sub" } as const;
const together = { Average: "Mean", Maximum: "Max", Minimum: "Min" } as const;

/** Merging layers. */
export const merging: readonly LayerRule[] = [
  ...Object.entries(pairwise).map(([name, op]) =>
    defineLayer({
      classes: [name],
      convert: (context) =>
        withMasks(context, (values) => values.reduce((sum, value) => context.to.add(op, [sum, value]))),
    }),
  ),
  ...Object.entries(together).map(([name, op]) =>
    defineLayer({ classes: [name], convert: (context) => withMasks(context, (values) => context.to.add(op, values)) }),
  ),
  defineLayer({ classes: ["Concatenate"], convert: concatenate }),
  defineLayer({ classes: ["Dot"], convert: dot }),
];

/** The result, and the steps that all masks keep. */
function withMasks(context: LayerContext, merge: (values: readonly string[]) => string): KerasTensor {
  const { to, inputs } = context;
  const masks = inputs.flatMap(({ mask }) => mask ?? []);
  const value = merge(sameRanks(context));
  if (masks.length === 0) return { value };
  return { value, mask: masks.reduce((all, mask) => to.add("And", [all, mask])) };
}

/** Inputs of fewer axes get axes behind that of the batch. */
function sameRanks(context: LayerContext): readonly string[] {
  const { inputs, shape } = context;
  const values = inputs.map(({ value }) => value);
  const rank = Math.max(...values.map((value) => shape(value).length));
  return values.map((value) => {
    const missing = rank - shape(value).length;
    return missing === 0
      ? value
      : unsqueeze(
          context,
          value,
          Array.from({ length: missing }, (_, i) => i + 1),
        );
  });
}

function concatenate(context: LayerContext): KerasTensor {
  const { to, inputs, x, config } = context;
  const axis = axisOf(context, x, config.number("axis", -1));
  const values = inputs.map(({ value }) => value);
  const value = to.add("Concat", values, { axis: attribute.int(axis) });
  if (inputs.every(({ mask }) => mask === undefined)) return { value };
  return { value, mask: concatenatedMask(context, axis) };
}

/** Along time the masks follow one another; along another axis a step is kept when all keep it. */
function concatenatedMask(context: LayerContext, axis: number): string {
  const { to, inputs, refuse } = context;
  if (axis === 0) refuse("masks of tensors that are joined along the batch");
  if (axis !== 1) return inputs.flatMap(({ mask }) => mask ?? []).reduce((all, mask) => to.add("And", [all, mask]));
  const masks = inputs.map(({ mask }) => mask ?? refuse("a tensor with a mask is joined with one without"));
  return to.add("Concat", masks, { axis: attribute.int(1) });
}

/** Products of two tensors along one axis of each. */
function dot(context: LayerContext): string {
  const { to, inputs, config, shape, refuse } = context;
  const [a, b] = [inputs[0]?.value, inputs[1]?.value];
  if (a === undefined || b === undefined || inputs.length !== 2) return refuse("it takes two tensors");
  const axes = config.numbers("axes");
  const [left, right] = [axisOf(context, a, axes[0]!), axisOf(context, b, axes[1] ?? axes[0]!)];
  const normal = config.flag("normalize", false);
  const values = [normal ? normalized(context, a, left) : a, normal ? normalized(context, b, right) : b];
  const equation = dotEquation(shape(a).length, shape(b).length, left, right);
  const product = to.add("Einsum", values, { equation: attribute.string(equation.text) });
  return equation.isVector ? unsqueeze(context, product, [1]) : product;
}

/** x / sqrt(max(sum(x^2), 1e-12)), as tf.math.l2_normalize has it. */
function normalized(context: LayerContext, x: string, axis: number): string {
  const { to } = context;
  const sum = to.add("ReduceSumSquare", [x], { axes: attribute.ints([axis]), keepdims: attribute.int(1) });
  return to.add("Div", [x, to.add("Sqrt", [to.add("Max", [sum, scalar(context, 1e-12)])])]);
}

/** The axes of both keep their places, but for the batch, which is shared, and the one that is summed over. */
function dotEquation(ranks: number, other: number, left: number, right: number): { text: string; isVector: boolean } {
  const a = Array.from({ length: ranks }, (_, i) => (i === 0 ? "a" : i === left ? "z" : String.fromCharCode(97 + i)));
  const b = Array.from({ length: other }, (_, i) => (i === 0 ? "a" : i === right ? "z" : String.fromCharCode(109 + i)));
  const out = ["a", ...[...a.slice(1), ...b.slice(1)].filter((letter) => letter !== "z")];
  return { text: `${a.join("")},${b.join("")}->${out.join("")}`, isVector: out.length === 1 };
}

/** A mask as float32: 1 where a step is kept. */
export function maskAsFloat({ to }: LayerContext, mask: string): string {
  return to.add("Cast", [mask], { to: attribute.int(dataTypes.float32.code) });
}
