// The layers that every model has. https://keras.io/api/layers/core_layers/

import { attribute, dataTypes, isFloat } from "@tersor/core";
import { activate } from "./activations.ts";
import { defineLayer, type KerasTensor, type LayerContext, type LayerRule } from "./layer.ts";
import { scalar } from "./layout.ts";

/** Core layers, and those that do nothing outside of training. */
export const coreLayers: readonly LayerRule[] = [
  defineLayer({ classes: ["Dense"], passesMask: true, convert: (context) => activate(context, dense(context)) }),
  defineLayer({ classes: ["EinsumDense"], convert: (context) => activate(context, einsumDense(context)) }),
  defineLayer({ classes: ["Embedding"], convert: embedding }),
  defineLayer({ classes: ["Masking"], convert: masking }),
  defineLayer({
    classes: [
      "ActivityRegularization",
      "AlphaDropout",
      "Dropout",
      "GaussianDropout",
      "GaussianNoise",
      "Identity",
      "SpatialDropout1D",
      "SpatialDropout2D",
      "SpatialDropout3D",
      "RandomBrightness",
      "RandomContrast",
      "RandomFlip",
      "RandomHeight",
      "RandomRotation",
      "RandomTranslation",
      "RandomWidth",
      "RandomZoom",
    ],
    passesMask: true,
    convert: ({ x }) => x,
  }),
];

function dense({ to, x, config, size, variables }: LayerContext): string {
  const units = config.count("units");
  const { kernel, bias } = variables({
    kernel: [size(x, -1), units],
    ...(config.flag("use_bias", true) && { bias: [units] }),
  });
  const product = to.add("MatMul", [x, kernel]);
  return bias === undefined ? product : to.add("Add", [product, bias]);
}

function einsumDense({ to, x, config, variables, refuse }: LayerContext): string {
  const equation = config.text("equation").replaceAll(" ", "");
  const operand = /^[A-Za-z.]+,([A-Za-z]+)->[A-Za-z.]+$/.exec(equation)?.[1] ?? refuse(`the equation "${equation}"`);
  const { kernel, bias } = variables({
    kernel: Array.from(operand, () => undefined),
    ...(config.value("bias_axes") !== undefined && { bias: "any" as const }),
  });
  const product = to.add("Einsum", [x, kernel], { equation: attribute.string(equation) });
  return bias === undefined ? product : to.add("Add", [product, bias]);
}

function embedding(context: LayerContext): KerasTensor {
  const { to, x, config, variables } = context;
  const { embeddings } = variables({ embeddings: [config.count("input_dim"), config.count("output_dim")] });
  const ids = asIndices(context, x);
  const value = to.add("Gather", [embeddings, ids], { axis: attribute.int(0) });
  if (!config.flag("mask_zero", false)) return { value };
  const zero = to.constant(to.dtype(ids) ?? "int32", [], [0]);
  return { value, mask: to.add("Not", [to.add("Equal", [ids, zero])]) };
}

/** Keras takes indices of any numeric type. */
function asIndices({ to }: LayerContext, x: string): string {
  const dtype = to.dtype(x);
  if (dtype === "int32" || dtype === "int64") return x;
  return to.add("Cast", [x], { to: attribute.int(dataTypes.int32.code) });
}

/** Steps whose elements all have the value are masked, and set to zero. */
function masking(context: LayerContext): KerasTensor {
  const { to, x, config } = context;
  const other = to.add("Not", [to.add("Equal", [x, scalar(context, config.number("mask_value", 0))])]);
  const float = to.add("Cast", [other], { to: attribute.int(dataTypes.float32.code) });
  const any = to.add("ReduceMax", [float], { axes: attribute.ints([-1]), keepdims: attribute.int(1) });
  const mask = to.add("Cast", [to.add("Squeeze", [any, to.int64s([-1])])], { to: attribute.int(dataTypes.bool.code) });
  return { value: to.add("Mul", [x, any]), mask };
}

/** A value as float32, which integers become before arithmetic. */
export function asFloat({ to }: LayerContext, x: string): string {
  const dtype = to.dtype(x);
  if (dtype !== undefined && isFloat(dtype)) return x;
  return to.add("Cast", [x], { to: attribute.int(dataTypes.float32.code) });
}
