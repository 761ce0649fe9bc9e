// LSTM, GRU and SimpleRNN as ONNX's recurrent operators. Gates are i f c o in Keras's LSTM and i o f c in ONNX's; those
// of a GRU stand in the same order z r h. https://keras.io/api/layers/recurrent_layers/

import {
  applySteps,
  attribute,
  bytesOf,
  dataTypes,
  derivedSource,
  extend,
  originOf,
  type Attribute,
  type OriginStep,
} from "@tersor/core";
import { tensorsIn } from "../config/argument.ts";
import { Fields } from "../config/json.ts";
import { layerOf, type LayerSpec } from "../config/model.ts";
import type { StoredVariable } from "../store/scope.ts";
import { recurrentActivation, type RecurrentActivation } from "./activations.ts";
import { defineLayer, type KerasTensor, type LayerContext, type LayerRule } from "./layer.ts";
import { squeeze, unsqueeze } from "./layout.ts";
import { packSteps, unpackSteps } from "./masked-steps.ts";

/** What tells the three apart. */
interface Kind {
  readonly op: "LSTM" | "GRU" | "RNN";
  readonly gates: number;
  /** The order of Keras's gates in ONNX. */
  readonly order?: readonly number[];
  readonly states: number;
}

const kinds: Readonly<Record<string, Kind>> = {
  LSTM: { op: "LSTM", gates: 4, order: [0, 3, 1, 2], states: 2 },
  GRU: { op: "GRU", gates: 3, states: 1 },
  SimpleRNN: { op: "RNN", gates: 1, states: 1 },
};

/** Classes of layers and of cells that are the same. */
const kindOfClass: Readonly<Record<string, keyof typeof kinds>> = {
  LSTM: "LSTM",
  LSTMV1: "LSTM",
  LSTMV2: "LSTM",
  CuDNNLSTM: "LSTM",
  GRU: "GRU",
  GRUV1: "GRU",
  GRUV2: "GRU",
  SimpleRNN: "SimpleRNN",
  LSTMCell: "LSTM",
  GRUCell: "GRU",
  SimpleRNNCell: "SimpleRNN",
};

/** Recurrent layers. */
export const recurrentLayers: readonly LayerRule[] = [
  defineLayer({
    classes: ["LSTM", "LSTMV1", "LSTMV2", "GRU", "GRUV1", "GRUV2", "SimpleRNN", "RNN"],
    convert: (context) => recurrentOutputs(context),
  }),
];

/** How a layer runs inside another. */
interface Within {
  /** Outputs stand at the step they belong to, also where the layer runs backwards. */
  readonly aligned?: boolean;
  readonly backwards?: boolean;
  /** Steps that the mask leaves out give zeros, and not the output before them. */
  readonly zeroOutput?: boolean;
}

/** The outputs of a recurrent layer: sequence or last step, then the states where it returns them. */
export function recurrentOutputs(outer: LayerContext, within: Within = {}): readonly KerasTensor[] {
  const context = withCell(outer);
  const { config, inputs, refuse, layer } = context;
  const kind = kinds[kindOfClass[layer.className] ?? ""] ?? refuse(`the cell ${layer.className} is not supported`);
  if (config.flag("stateful", false))
    refuse("a stateful layer keeps its state between calls, which no ONNX graph does");
  if (config.flag("time_major", false)) refuse("time_major is not supported");
  const backwards = within.backwards ?? config.flag("go_backwards", false);
  const mask = inputs[0]?.mask;
  const run: Run = { context, kind, backwards };
  const made = mask === undefined ? runAll(run) : runMasked(run, mask, zeroOutput(context, within));
  return outputsOf(context, made, backwards && within.aligned !== true, mask);
}

function zeroOutput({ config }: LayerContext, { zeroOutput: wished }: Within): boolean {
  return wished ?? config.flag("zero_output_for_mask", false);
}

/** The layer RNN holds its cell, which has the sizes and functions. */
function withCell(context: LayerContext): LayerContext {
  const { layer, config } = context;
  if (layer.className !== "RNN") return context.part(["cell"]);
  const cell = layerOf(config.object("cell"), config.where);
  const merged: LayerSpec = { ...cell, config: new Fields({ ...cell.config.record, ...config.record }, config.where) };
  return context.part(["cell"], undefined, merged);
}

interface Run {
  readonly context: LayerContext;
  readonly kind: Kind;
  readonly backwards: boolean;
}

/** The outputs of all steps [batch, steps, units], and the states [batch, units] after the last. */
interface Made {
  readonly sequence: string;
  readonly states: readonly string[];
}

function runAll({ context, kind, backwards }: Run): Made {
  return runSteps(context, kind, context.x, "", backwards);
}

/** Steps that are kept are brought to the front, so that ONNX's sequence_lens says the same as the mask. */
function runMasked({ context, kind, backwards }: Run, mask: string, zeros: boolean): Made {
  const [x, kept] = backwards ? [reversed(context, context.x), reversed(context, mask)] : [context.x, mask];
  const packed = packSteps(context, x, kept);
  const made = runSteps(context, kind, packed.value, packed.lengths, false);
  const sequence = unpackSteps(context, made.sequence, packed, zeros ? kept : undefined);
  return { ...made, sequence: backwards ? reversed(context, sequence) : sequence };
}

function runSteps(context: LayerContext, kind: Kind, x: string, lengths: string, backwards: boolean): Made {
  const { to, config } = context;
  const units = config.count("units");
  const { kernel, recurrent, bias } = weightsOf(context, kind, units);
  const steps = to.add("Transpose", [x], { perm: attribute.ints([1, 0, 2]) });
  const states = initialStates(context, kind);
  const outputs = to.addMany(
    kind.op,
    trimmed([steps, kernel, recurrent, bias ?? "", lengths, ...states]),
    attributesOf(context, kind, units, backwards),
    { outputs: kind.states + 1 },
  );
  const sequence = to.add("Transpose", [squeeze(context, outputs[0]!, [1])], { perm: attribute.ints([1, 0, 2]) });
  return { sequence, states: outputs.slice(1).map((state) => squeeze(context, state, [0])) };
}

function trimmed(inputs: readonly string[]): readonly string[] {
  return inputs.slice(0, inputs.findLastIndex((input) => input !== "") + 1);
}

function attributesOf(
  context: LayerContext,
  { op }: Kind,
  units: number,
  backwards: boolean,
): Record<string, Attribute> {
  const inner = recurrentActivation(context, "activation", "tanh");
  const gates = op === "RNN" ? undefined : recurrentActivation(context, "recurrent_activation", "sigmoid");
  const functions: readonly RecurrentActivation[] =
    gates === undefined ? [inner] : op === "GRU" ? [gates, inner] : [gates, inner, inner];
  return {
    hidden_size: attribute.int(units),
    direction: attribute.string(backwards ? "reverse" : "forward"),
    activations: attribute.strings(functions.map((one) => one.op)),
    ...(functions.some(({ alpha }) => alpha !== 0) && {
      activation_alpha: attribute.floats(functions.map(({ alpha }) => alpha)),
      activation_beta: attribute.floats(functions.map(({ beta }) => beta)),
    }),
    ...(op === "GRU" && { linear_before_reset: attribute.int(isResetAfter(context) ? 1 : 0) }),
  };
}

/** Keras 1 and the first GRU of Keras 2 had it not, and their configurations don't say. */
function isResetAfter({ config }: LayerContext): boolean {
  return config.flag("reset_after", false);
}

interface RecurrentWeights {
  readonly kernel: string;
  readonly recurrent: string;
  readonly bias: string | undefined;
}

function weightsOf(context: LayerContext, kind: Kind, units: number): RecurrentWeights {
  const { config, size, x, stored } = context;
  const width = kind.gates * units;
  const isPair = kind.op === "GRU" && isResetAfter(context);
  const found = stored({
    kernel: [size(x, -1), width],
    recurrent_kernel: [units, width],
    ...(config.flag("use_bias", true) && { bias: isPair ? [2, width] : [width] }),
  });
  const kernel = ordered(context, found.kernel, kind);
  const recurrent = ordered(context, found.recurrent_kernel, kind);
  return {
    kernel: turned(context, kernel),
    recurrent: turned(context, recurrent),
    bias: found.bias && biasOf(context, ordered(context, found.bias, kind), isPair, width),
  };
}

/** A variable with its gates in ONNX's order. */
function ordered(context: LayerContext, variable: StoredVariable, { order }: Kind): string {
  const { to } = context;
  const { path, source } = variable;
  const weight = order === undefined ? to.weight(path, source) : reordered(context, variable, order);
  if (source.dtype === "float32") return weight;
  return to.add("Cast", [weight], { to: attribute.int(dataTypes.float32.code) });
}

function reordered({ to }: LayerContext, { path, source }: StoredVariable, order: readonly number[]): string {
  const axis = source.shape.length - 1;
  const units = source.shape[axis]! / order.length;
  const indices = order.flatMap((gate) => Array.from({ length: units }, (_, i) => gate * units + i));
  const step: OriginStep = { kind: "reorder", axis, order: indices };
  const moved = derivedSource([source], source.dtype, source.shape, () => bytesOf(applySteps([step], source.tensor())));
  return to.weight(path, moved, extend(originOf(path), step));
}

/** [inputs, gates] as [1, gates, inputs]. */
function turned(context: LayerContext, kernel: string): string {
  return unsqueeze(context, context.to.add("Transpose", [kernel], { perm: attribute.ints([1, 0]) }), [0]);
}

/** ONNX has a bias for the input and one for the state; Keras has both only in a GRU that resets after. */
function biasOf({ to }: LayerContext, bias: string, isPair: boolean, width: number): string {
  if (isPair) return to.add("Reshape", [bias, to.int64s([1, 2 * width])]);
  const none = to.constant("float32", [width], new Float32Array(width));
  const both = to.add("Concat", [bias, none], { axis: attribute.int(0) });
  return to.add("Reshape", [both, to.int64s([1, 2 * width])]);
}

/** States that the layer is called with, as ONNX has them: [1, batch, units]. */
function initialStates(context: LayerContext, { states }: Kind): readonly string[] {
  const { inputs, call, refuse } = context;
  const named = call.kwargs.get("initial_state");
  const given = named === undefined ? inputs.slice(1) : tensorsIn(named);
  if (given.length !== 0 && given.length !== states) refuse(`it is called with ${given.length} states`);
  return given.map(({ value }) => unsqueeze(context, value, [0]));
}

/** A value with its steps (axis 1) the other way round. */
export function reversed({ to }: LayerContext, x: string): string {
  const one = (value: number): string => to.int64s([value]);
  return to.add("Slice", [x, one(-1), one(-Number.MAX_SAFE_INTEGER), one(1), one(-1)]);
}

function outputsOf(
  context: LayerContext,
  { sequence, states }: Made,
  isReversed: boolean,
  mask: string | undefined,
): readonly KerasTensor[] {
  const { config } = context;
  const all = config.flag("return_sequences", false);
  const steps = all && isReversed ? reversed(context, sequence) : sequence;
  const output = all ? { value: steps, ...(mask !== undefined && { mask }) } : { value: states[0]! };
  return config.flag("return_state", false) ? [output, ...states.map((value) => ({ value }))] : [output];
}
