// Activation functions by name, and the layers that are one. https://keras.io/api/layers/activations/

import { attribute, type Attribute } from "@tersor/core";
import { Fields, isObject, type Json } from "../config/json.ts";
import { layerOf } from "../config/model.ts";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import { axisOf, scalar } from "./layout.ts";

type Make = (context: LayerContext, x: string) => string;

const node =
  (op: string, attributes: Readonly<Record<string, Attribute>> = {}): Make =>
  ({ to }, x) =>
    to.add(op, [x], attributes);

const last = { axis: attribute.int(-1) };
/** Keras 2 has 0.2 x + 0.5, Keras 3 x / 6 + 0.5. */
const hardSigmoid: Make = (context, x) =>
  context.to.add("HardSigmoid", [x], {
    alpha: attribute.float(context.major >= 3 ? 1 / 6 : 0.2),
    beta: attribute.float(0.5),
  });
const swish: Make = ({ to }, x) => to.add("Mul", [x, to.add("Sigmoid", [x])]);
const hardSwish: Make = node("HardSwish");

const functions: Readonly<Record<string, Make>> = {
  linear: (_, x) => x,
  relu: node("Relu"),
  relu6: (context, x) => clip(context, x, 0, 6),
  leaky_relu: (context, x) => leakyRelu(context, x, 0.2),
  elu: node("Elu"),
  celu: node("Celu"),
  selu: node("Selu"),
  sigmoid: node("Sigmoid"),
  hard_sigmoid: hardSigmoid,
  log_sigmoid: ({ to }, x) => to.add("Neg", [to.add("Softplus", [to.add("Neg", [x])])]),
  tanh: node("Tanh"),
  hard_tanh: (context, x) => clip(context, x, -1, 1),
  tanh_shrink: ({ to }, x) => to.add("Sub", [x, to.add("Tanh", [x])]),
  soft_shrink: node("Shrink", { lambd: attribute.float(0.5), bias: attribute.float(0.5) }),
  hard_shrink: node("Shrink", { lambd: attribute.float(0.5), bias: attribute.float(0) }),
  softmax: node("Softmax", last),
  log_softmax: node("LogSoftmax", last),
  softplus: node("Softplus"),
  softsign: node("Softsign"),
  exponential: node("Exp"),
  swish,
  silu: swish,
  hard_swish: hardSwish,
  hard_silu: hardSwish,
  gelu: (context, x) => gelu(context, x),
  mish: ({ to }, x) => to.add("Mul", [x, to.add("Tanh", [to.add("Softplus", [x])])]),
  squareplus: (context, x) => {
    const { to } = context;
    const root = to.add("Sqrt", [to.add("Add", [to.add("Mul", [x, x]), scalar(context, 4)])]);
    return to.add("Mul", [to.add("Add", [x, root]), scalar(context, 0.5)]);
  },
};

/** 0.5 x (1 + erf(x / sqrt 2)), which is what both versions of Keras compute unless told to approximate. */
export function gelu(context: LayerContext, x: string): string {
  const { to } = context;
  const erf = to.add("Erf", [to.add("Mul", [x, scalar(context, Math.SQRT1_2)])]);
  return to.add("Mul", [to.add("Mul", [x, scalar(context, 0.5)]), to.add("Add", [erf, scalar(context, 1)])]);
}

/** The values cut off at both ends. */
export function clip(context: LayerContext, x: string, low: number, high: number): string {
  return context.to.add("Clip", [x, scalar(context, low), scalar(context, high)]);
}

function leakyRelu({ to }: LayerContext, x: string, slope: number): string {
  return to.add("LeakyRelu", [x], { alpha: attribute.float(slope) });
}

/** The function of this name; undefined where there is none. */
export function functionNamed(name: string): Make | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** The value after a function of the configuration: a name, a function as Keras 3 writes it, or a layer. */
export function activate(context: LayerContext, x: string, field = "activation"): string {
  return applied(context, x, context.config.value(field));
}

function applied(context: LayerContext, x: string, activation: Json | undefined): string {
  if (activation === undefined) return x;
  const name = functionName(activation);
  if (name !== undefined) {
    const known = functionNamed(name);
    return known ? known(context, x) : context.refuse(`the activation "${name}" is not known`);
  }
  const layer = layerOf(activation, `the activation of ${context.config.where}`);
  return (
    context.convert(layer, [{ value: x }], ["activation"])[0]?.value ??
    context.refuse("its activation can't be converted")
  );
}

/** The name of a function; undefined where the activation is a layer. TensorFlow's own have "_v2" behind. */
export function functionName(activation: Json): string | undefined {
  const name = isObject(activation) ? activation["config"] : activation;
  return typeof name === "string" ? name.slice(name.lastIndexOf(">") + 1).replace(/_v2$/, "") : undefined;
}

/** Layers of Keras that are one function. */
export const activations: readonly LayerRule[] = [
  defineLayer({ classes: ["Activation"], passesMask: true, convert: (context) => activate(context, context.x) }),
  defineLayer({ classes: ["ReLU"], passesMask: true, convert: reluLayer }),
  defineLayer({
    classes: ["LeakyReLU"],
    passesMask: true,
    convert: (context) =>
      leakyRelu(context, context.x, context.config.number("negative_slope", context.config.number("alpha", 0.3))),
  }),
  defineLayer({ classes: ["PReLU"], passesMask: true, convert: prelu }),
  defineLayer({
    classes: ["ELU"],
    passesMask: true,
    convert: ({ to, x, config }) => to.add("Elu", [x], { alpha: attribute.float(config.number("alpha", 1)) }),
  }),
  defineLayer({ classes: ["ThresholdedReLU"], passesMask: true, convert: thresholded }),
  defineLayer({ classes: ["Softmax"], convert: softmaxLayer }),
];

/** x from `threshold` on, below it `negative_slope` (x - threshold), and at most `max_value`. */
function reluLayer(context: LayerContext): string {
  const { to, x, config } = context;
  const [slope, threshold] = [config.number("negative_slope", 0), config.number("threshold", 0)];
  const most = config.maybeNumber("max_value");
  if (threshold === 0 && slope === 0) return most === undefined ? to.add("Relu", [x]) : clip(context, x, 0, most);
  const above = threshold === 0 ? leakyRelu(context, x, slope) : splitAt(context, x, threshold, slope);
  return most === undefined ? above : to.add("Min", [above, scalar(context, most)]);
}

function splitAt(context: LayerContext, x: string, threshold: number, slope: number): string {
  const { to } = context;
  const at = scalar(context, threshold);
  const below = to.add("Mul", [to.add("Sub", [x, at]), scalar(context, slope)]);
  return to.add("Where", [to.add("GreaterOrEqual", [x, at]), x, below]);
}

function prelu({ to, x, shape, config, variables }: LayerContext): string {
  const shared = config.value("shared_axes") === undefined ? [] : config.numbers("shared_axes");
  const sizes = shape(x).slice(1);
  const expected = sizes.map((size, i) => (shared.includes(i + 1) ? 1 : typeof size === "number" ? size : undefined));
  return to.add("PRelu", [x, variables({ alpha: expected }).alpha]);
}

function thresholded({ to, x, config }: LayerContext): string {
  return to.add("ThresholdedRelu", [x], { alpha: attribute.float(config.number("theta", 1)) });
}

function softmaxLayer(context: LayerContext): string {
  const { to, x, config, inputs, refuse } = context;
  if (inputs.length > 1 || inputs[0]?.mask !== undefined) refuse("a mask of Softmax is not supported");
  const axes = config.numbers("axis", [-1]);
  if (axes.length !== 1) refuse("Softmax over several axes is not supported");
  return to.add("Softmax", [x], { axis: attribute.int(axisOf(context, x, axes[0]!)) });
}

/** An activation of a recurrent layer under ONNX's name, with its two parameters. */
export function recurrentActivation(context: LayerContext, field: string, fallback: string): RecurrentActivation {
  const { config, major, refuse } = context;
  const written = config.value(field) ?? (Object.hasOwn(config.record, field) ? "linear" : fallback);
  const name = functionName(written) ?? refuse(`its ${field} is a layer`);
  if (name === "hard_sigmoid") return { op: "HardSigmoid", alpha: major >= 3 ? 1 / 6 : 0.2, beta: 0.5 };
  const known = Object.hasOwn(recurrent, name) ? recurrent[name] : undefined;
  return known ?? refuse(`its ${field} "${name}" has no form in ONNX's recurrent operators`);
}

/** A function of ONNX's recurrent operators. */
export interface RecurrentActivation {
  readonly op: string;
  readonly alpha: number;
  readonly beta: number;
}

const recurrent: Readonly<Record<string, RecurrentActivation>> = {
  tanh: { op: "Tanh", alpha: 0, beta: 0 },
  sigmoid: { op: "Sigmoid", alpha: 0, beta: 0 },
  relu: { op: "Relu", alpha: 0, beta: 0 },
  linear: { op: "Affine", alpha: 1, beta: 0 },
  softsign: { op: "Softsign", alpha: 0, beta: 0 },
  softplus: { op: "Softplus", alpha: 0, beta: 0 },
  elu: { op: "Elu", alpha: 1, beta: 0 },
};

/** Fields of a wrapped object, such as the cell of an RNN. */
export function fieldsOf(value: Json | undefined, where: string): Fields | undefined {
  return isObject(value) ? new Fields(value, where) : undefined;
}
