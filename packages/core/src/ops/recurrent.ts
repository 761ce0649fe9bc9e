// RNN, GRU, LSTM: https://onnx.ai/onnx/operators/onnx__LSTM.html. Since 7 in this form; 14 adds layout, 22 bfloat16.
// Inputs: X, W [directions, gates*hidden, in], R [directions, gates*hidden, hidden], B, sequence_lens, initial states.

import { type Dim } from "../graph/dim.ts";
import { defineOp, flag, float, floats, int, string, strings, type ShapedInput } from "./define.ts";
import { countOf } from "./macs.ts";

/** Attributes that LSTM has in every form. */
export const lstmAttributes = {
  activation_alpha: floats(),
  activation_beta: floats(),
  activations: strings(),
  clip: float(undefined),
  direction: string("forward"),
  hidden_size: int(undefined),
  input_forget: flag(),
} as const;

const recurrentAttributes = { ...lstmAttributes, layout: int(0), linear_before_reset: flag() } as const;

interface RecurrentAttributes {
  readonly direction: string;
  readonly hidden_size: number | undefined;
  readonly layout: number;
}

/** Shapes of Y and of each final state. Layout 0 puts the steps first, layout 1 the batch. */
export function recurrentShapes(
  x: ShapedInput | undefined,
  hiddenOfWeight: Dim | undefined,
  { direction, hidden_size, layout }: RecurrentAttributes,
  states: number,
): readonly (readonly Dim[] | undefined)[] {
  const hidden = hidden_size ?? hiddenOfWeight;
  if (x?.shape.length !== 3 || hidden === undefined) return [];
  const directions = direction === "bidirectional" ? 2 : 1;
  const [first, second] = x.shape as readonly [Dim, Dim, Dim];
  const y = layout === 0 ? [first, directions, second, hidden] : [first, second, directions, hidden];
  const state = layout === 0 ? [directions, second, hidden] : [first, directions, hidden];
  return [y, ...Array.from({ length: states }, () => state)];
}

/** Steps * batch * (elements of W + elements of R): each weight is used once per step. */
export function recurrentMacs([x, w, r]: readonly (ShapedInput | undefined)[]): number {
  return countOf(x?.shape.slice(0, 2)) * (countOf(w?.shape) + countOf(r?.shape));
}

function recurrent(type: string, since: readonly number[], states: number) {
  return defineOp({
    type,
    since,
    attributes: recurrentAttributes,
    shape: ([x, , r], attributes) => recurrentShapes(x, r?.shape[2], attributes, states),
    quantization: { kind: "recurrent", activation: 0, weights: [1, 2], bias: 3 },
    cost: recurrentMacs,
  });
}

export const rnn = recurrent("RNN", [1, 7, 14, 22], 1);
export const gru = recurrent("GRU", [1, 3, 7, 14, 22], 1);
export const lstm = recurrent("LSTM", [1, 7, 14, 22], 2);
