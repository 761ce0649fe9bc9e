// Whole cells and layers that TensorFlow has as one operation. A layer of which only the outputs are read is an LSTM of
// ONNX; where inner values of every step are read, it is a Loop over its cell.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/BlockLSTM, .../LSTMBlockCell, .../GRUBlockCell

import { attribute, sameDim, type Dim, type GraphBuilder } from "@tersor/core";
import {
  concat,
  floatOf,
  flagOf,
  scalarLike,
  shapeOf,
  sizeOf,
  slice,
  squeeze,
  transpose,
  unsqueeze,
} from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64 } from "../wide.ts";

export const recurrent: readonly TensorFlowRule[] = [
  defineRule({
    ops: ["LSTMBlockCell"],
    convert: (context) => {
      const [x, c, h, ...weights] = context.inputs as readonly [string, string, string, ...string[]];
      return lstmStep(context.to, lstmOf(context, weights), x, h, c);
    },
  }),
  defineRule({
    ops: ["BlockLSTM", "BlockLSTMV2"],
    convert: (context) => {
      const [steps, x, c, h, ...weights] = context.inputs as readonly [string, string, string, string, ...string[]];
      const lstm = lstmOf(context, weights);
      const rounds = asInt64(context.to, steps);
      const isOutputOnly = [0, 1, 2, 3, 4, 5].every((output) => !context.isRead(output)) && lstm.clip <= 0;
      const layer = { x, h, c, rounds };
      return isOutputOnly ? lstmLayer(context, lstm, layer) : lstmLoop(context, lstm, layer);
    },
  }),
  defineRule({ ops: ["GRUBlockCell"], convert: (context) => gruStep(context.to, context.inputs) }),
];

/** Weights of a block LSTM: [in + hidden, 4 * hidden], its gates in this order. */
interface BlockLstm {
  readonly w: string;
  readonly b: string;
  /** Of the gates i, f, o; absent without peepholes. */
  readonly peepholes: readonly [string, string, string] | undefined;
  readonly gates: readonly ("i" | "f" | "c" | "o")[];
  readonly forgetBias: number;
  /** The largest absolute value of the cell state, where it is positive. */
  readonly clip: number;
}

function lstmOf(context: RuleContext, [w, wci, wcf, wco, b]: readonly string[]): BlockLstm {
  const isSecond = context.node.op === "BlockLSTMV2";
  return {
    w: w!,
    b: b!,
    peepholes: flagOf(context, "use_peephole") ? [wci!, wcf!, wco!] : undefined,
    gates: isSecond ? ["i", "f", "c", "o"] : ["i", "c", "f", "o"],
    forgetBias: isSecond ? 0 : floatOf(context, "forget_bias", 1),
    clip: floatOf(context, "cell_clip", isSecond ? 0 : 3),
  };
}

/** One step: the outputs i, cs, f, o, ci, co, h. */
function lstmStep(to: GraphBuilder, lstm: BlockLstm, x: string, h: string, c: string): readonly string[] {
  const { w, b, peepholes, gates, forgetBias, clip } = lstm;
  const sums = to.add("Add", [to.add("MatMul", [concat(to, [x, h], 1), w]), b]);
  const parts = to.addMany("Split", [sums], { axis: attribute.int(1) }, { outputs: 4 });
  const sumOf = (gate: (typeof gates)[number]): string => parts[gates.indexOf(gate)]!;
  const seeing = (sum: string, state: string, weight: string | undefined): string =>
    weight === undefined ? sum : to.add("Add", [sum, to.add("Mul", [state, weight])]);
  const i = to.add("Sigmoid", [seeing(sumOf("i"), c, peepholes?.[0])]);
  const kept = forgetBias === 0 ? sumOf("f") : to.add("Add", [sumOf("f"), scalarLike(to, x, forgetBias)]);
  const f = to.add("Sigmoid", [seeing(kept, c, peepholes?.[1])]);
  const fresh = to.add("Tanh", [sumOf("c")]);
  const state = to.add("Add", [to.add("Mul", [fresh, i]), to.add("Mul", [c, f])]);
  const cs = clip > 0 ? to.add("Clip", [state, scalarLike(to, x, -clip), scalarLike(to, x, clip)]) : state;
  const o = to.add("Sigmoid", [seeing(sumOf("o"), cs, peepholes?.[2])]);
  const squashed = to.add("Tanh", [cs]);
  return [i, cs, f, o, fresh, squashed, to.add("Mul", [squashed, o])];
}

/** What a layer is run on: x [steps, batch, in], states [batch, hidden], and an int64 scalar. */
interface Layer {
  readonly x: string;
  readonly h: string;
  readonly c: string;
  readonly rounds: string;
}

/** The layer as LSTM: only the last output, h of all steps, is made. */
function lstmLayer(context: RuleContext, lstm: BlockLstm, { x, h, c, rounds }: Layer): readonly string[] {
  const { to, refuse } = context;
  const [rows, columns] = to.shape(lstm.w) ?? [];
  if (typeof rows !== "number" || typeof columns !== "number") return refuse("the size of its weights is not known");
  const hidden = columns / 4;
  const gate = (name: BlockLstm["gates"][number], value: string, axis: number): string => {
    const start = lstm.gates.indexOf(name) * hidden;
    return slice(to, value, { axis, start, end: start + hidden });
  };
  const order = ["i", "o", "f", "c"] as const;
  const [w, r] = [
    [0, rows - hidden],
    [rows - hidden, rows],
  ].map(([start, end]) => {
    const part = slice(to, lstm.w, { axis: 0, start: start!, end: end! });
    const turned = transpose(
      to,
      concat(
        to,
        order.map((name) => gate(name, part, 1)),
        1,
      ),
      [1, 0],
    );
    return unsqueeze(to, turned, [0]);
  });
  const forget = to.add("Add", [gate("f", lstm.b, 0), scalarLike(to, lstm.b, lstm.forgetBias)]);
  const biases = order.map((name) => (name === "f" ? forget : gate(name, lstm.b, 0)));
  const none = to.constant("float32", [4 * hidden], new Float32Array(4 * hidden));
  const [i, f, o] = lstm.peepholes ?? [];
  const peepholes = i === undefined ? [] : [unsqueeze(to, concat(to, [i, o!, f!], 0), [0])];
  const inputs = [x, w!, r!, unsqueeze(to, concat(to, [...biases, none], 0), [0]), lengthsOf(to, x, rounds)];
  const states = [h, c].map((state) => unsqueeze(to, state, [0]));
  const y = to.add("LSTM", [...inputs, ...states, ...peepholes], { hidden_size: attribute.int(hidden) });
  const all = squeeze(to, y, [1]);
  return [all, all, all, all, all, all, all];
}

/** int32 [batch], or none where all steps count. */
function lengthsOf(to: GraphBuilder, x: string, rounds: string): string {
  if (isWhole(to, x, rounds)) return "";
  const batch = shapeOf(to, x, 1, 2);
  return to.add("Expand", [to.add("Cast", [rounds], { to: attribute.int(INT32) }), batch]);
}

/** The code of int32 in ONNX. */
const INT32 = 6;

function isWhole(to: GraphBuilder, x: string, rounds: string): boolean {
  const [steps, count] = [to.shape(x)?.[0], to.fact(rounds)?.value?.data[0] ?? undefined];
  return steps !== undefined && count !== undefined && sameDim(steps, count as Dim);
}

/** The layer as a Loop over its cell: all seven values of all steps, zeros behind the last round. */
function lstmLoop(context: RuleContext, lstm: BlockLstm, { x, h, c, rounds }: Layer): readonly string[] {
  const { to } = context;
  const body = to.body("body");
  const step = body.input("step", { kind: "tensor", dtype: "int64", shape: [] });
  const condition = body.input("condition", { kind: "tensor", dtype: "bool", shape: [] });
  const [oldH, oldC] = [h, c].map((state) => {
    const shape = to.shape(state);
    return body.input("state", { kind: "tensor", dtype: "float32", ...(shape && { shape }) });
  });
  const row = body.add("Gather", [x, step], { axis: attribute.int(0) });
  const made = lstmStep(body, lstm, row, oldH!, oldC!);
  const graph = attribute.graph(body.finishBody("body", [condition, made[6]!, made[1]!, ...made]));
  const outputs = to.addMany("Loop", [rounds, "", h, c], { body: graph }, { outputs: 2 + made.length }).slice(2);
  return isWhole(to, x, rounds) ? outputs : outputs.map((values) => filled(to, values, x));
}

function filled(to: GraphBuilder, values: string, x: string): string {
  const missing = unsqueeze(to, to.add("Sub", [sizeOf(to, x, 0), sizeOf(to, values, 0)]), [0]);
  const zeros = to.add("ConstantOfShape", [concat(to, [missing, shapeOf(to, values, 1)], 0)]);
  return concat(to, [values, zeros], 0);
}

/** One step of a GRU: the outputs r, u, c, h. */
function gruStep(to: GraphBuilder, inputs: readonly string[]): readonly string[] {
  const [x, h, gatesWeight, weight, gatesBias, bias] = inputs as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const sums = to.add("Add", [to.add("MatMul", [concat(to, [x, h], 1), gatesWeight]), gatesBias]);
  const gates = to.add("Sigmoid", [sums]);
  const [r, u] = to.addMany("Split", [gates], { axis: attribute.int(1) }, { outputs: 2 }) as readonly [string, string];
  const reset = concat(to, [x, to.add("Mul", [r, h])], 1);
  const c = to.add("Tanh", [to.add("Add", [to.add("MatMul", [reset, weight]), bias])]);
  const rest = to.add("Sub", [scalarLike(to, u, 1), u]);
  return [r, u, c, to.add("Add", [to.add("Mul", [u, h]), to.add("Mul", [rest, c])])];
}
