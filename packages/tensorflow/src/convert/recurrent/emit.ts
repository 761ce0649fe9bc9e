// LSTM, GRU and RNN of ONNX from the gates of a cell. The steps stand first: X is [steps, batch, in].

import { attribute, type Attribute, type GraphBuilder } from "@tersor/core";
import { concat, squeeze, transpose, unsqueeze } from "../building.ts";
import { biasesOf, type RecurrentCell } from "./gates.ts";

/** What a layer makes: all outputs [steps, batch, hidden], and the last states [batch, hidden]. */
export interface LayerOutputs {
  readonly all: string;
  readonly h: string;
  readonly c: string | undefined;
}

/** What a layer is run on; states are [batch, hidden]. */
export interface LayerInputs {
  /** [steps, batch, in] */
  readonly x: string;
  readonly h: string;
  readonly c?: string;
  /** int32 [batch] */
  readonly lengths?: string;
}

/** Adds the layer. */
export function addLayer(to: GraphBuilder, cell: RecurrentCell, { x, h, c, lengths = "" }: LayerInputs): LayerOutputs {
  const { op, gates } = cell;
  const hidden = gates[0]!.r.rows;
  const [w, r] = (["w", "r"] as const).map((side) => {
    const rows = gates.map((gate) => transpose(to, gate[side].build(), [1, 0]));
    return unsqueeze(to, concat(to, rows, 0), [0]);
  });
  const biases = biasesOf(gates, hidden);
  const b = biases.every((number) => number === 0) ? "" : to.constant("float32", [1, biases.length], biases);
  const states = [h, ...(c === undefined ? [] : [c])];
  const starts = states.every((state) => isZero(to, state)) ? [] : states.map((state) => unsqueeze(to, state, [0]));
  const outputs = to.addMany(op, trimmed([x, w!, r!, b, lengths, ...starts]), attributesOf(cell, hidden), {
    outputs: 1 + states.length,
  });
  const last = outputs.slice(1).map((state) => squeeze(to, state, [0]));
  return { all: squeeze(to, outputs[0]!, [1]), h: last[0]!, c: last[1] };
}

function attributesOf(cell: RecurrentCell, hidden: number): Readonly<Record<string, Attribute>> {
  const { op, activations, linearBeforeReset } = cell;
  const isStandard = activations.join() === standard[op];
  return {
    hidden_size: attribute.int(hidden),
    ...(!isStandard && { activations: attribute.strings(activations) }),
    ...(linearBeforeReset && { linear_before_reset: attribute.int(1) }),
  };
}

const standard = { LSTM: "Sigmoid,Tanh,Tanh", GRU: "Sigmoid,Tanh", RNN: "Tanh" } as const;

/** Without the empty names at the end. */
function trimmed(inputs: readonly string[]): readonly string[] {
  return inputs.slice(0, inputs.findLastIndex((input) => input !== "") + 1);
}

/** Whether a state is known to be zeros of whatever size. */
export function isZero(to: GraphBuilder, value: string): boolean {
  const known = to.known(value);
  if (known !== undefined) return Array.from(known.data as ArrayLike<number | bigint>).every((x) => Number(x) === 0);
  const maker = to.maker(value);
  if (maker?.op === "Expand" || maker?.op === "Tile" || maker?.op === "Reshape") return isZero(to, maker.inputs[0]!);
  const filled = maker?.op === "ConstantOfShape" ? maker.attributes["value"] : undefined;
  if (maker?.op !== "ConstantOfShape") return false;
  return filled?.kind !== "tensor" || Number(filled.value.tensor().data[0]) === 0;
}
