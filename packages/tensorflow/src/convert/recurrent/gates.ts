// LSTM, GRU and the plain RNN recognised by their formulas, in the spellings of Keras and of TensorFlow 1.
// (https://onnx.ai/onnx/operators/onnx__LSTM.html, https://onnx.ai/onnx/operators/onnx__GRU.html)

import type { TensorFlowNode } from "../../graphdef/graph.ts";
import { indexOf, throughIdentities } from "../control/order.ts";
import { added, affineOf, makerOf, splitOf, type Affine, type Cell, type Factor } from "./affine.ts";

/** What one gate is computed from, for ONNX: x W + Wb + h R + Rb. */
export interface Gate {
  readonly w: Factor;
  readonly r: Factor;
  readonly wb: readonly number[];
  readonly rb: readonly number[];
}

/** A recurrent layer as ONNX has it. Gates stand in ONNX's order. */
export interface RecurrentCell {
  readonly op: "LSTM" | "GRU" | "RNN";
  readonly gates: readonly Gate[];
  /** ONNX's names of the activation functions: f, g, h of LSTM; f, g of GRU; f of RNN. */
  readonly activations: readonly string[];
  /** GRU: the reset gate is applied behind the product. */
  readonly linearBeforeReset: boolean;
}

/** The tensors of a round. */
export interface CellTensors {
  readonly x: string;
  readonly h: string;
  readonly nextH: string;
  /** The cell state of an LSTM. */
  readonly c?: string;
  readonly nextC?: string;
}

/** c' = f c + i g, h' = o tanh(c'): the gates in ONNX's order i, o, f, c. */
export function lstmOf({ x, h, c, nextH, nextC }: CellTensors, cell: Cell): RecurrentCell | undefined {
  const [nextCell, state] = [throughIdentities(nextC!, cell.makers), throughIdentities(c!, cell.makers)];
  for (const [o, squashed] of pairs(nextH, "Mul", cell)) {
    const outer = activationOf(squashed, cell);
    if (outer === undefined || throughIdentities(outer.input, cell.makers) !== nextCell) continue;
    for (const [kept, fresh] of sums(nextCell, cell)) {
      const f = pairs(kept, "Mul", cell).find(([, old]) => throughIdentities(old, cell.makers) === state)?.[0];
      for (const [i, g] of f === undefined ? [] : pairs(fresh, "Mul", cell)) {
        const parts = [i, o, f!, g].map((gate) => activationOf(gate, cell));
        const gates = parts.map((part) => part && plainGate(part.affine, x, h));
        const [first, second, third] = parts.map((part) => part?.name);
        if (!isComplete(gates) || first !== second || first !== third) continue;
        return { op: "LSTM", gates, activations: [first!, parts[3]!.name, outer.name], linearBeforeReset: false };
      }
    }
  }
  return undefined;
}

/** h' = z h + (1 - z) n: the gates in ONNX's order z, r, n. */
export function gruOf({ x, h, nextH }: CellTensors, cell: Cell): RecurrentCell | undefined {
  const state = throughIdentities(h, cell.makers);
  for (const [kept, fresh] of sums(nextH, cell)) {
    const z = pairs(kept, "Mul", cell).find(([, old]) => throughIdentities(old, cell.makers) === state)?.[0];
    if (z === undefined) continue;
    const n = pairs(fresh, "Mul", cell).find(([rest]) => isRestOf(rest, z, cell))?.[1];
    const [update, candidate] = [activationOf(z, cell), n === undefined ? undefined : activationOf(n, cell)];
    if (update === undefined || candidate === undefined) continue;
    const zGate = plainGate(update.affine, x, h);
    const inner = resetBehind(candidate.input, x, h, cell) ?? resetBefore(candidate.input, x, h, cell);
    const gates = [zGate, inner?.reset, inner?.gate];
    if (inner === undefined || !isComplete(gates) || inner.activation !== update.name) continue;
    const activations = [update.name, candidate.name];
    return { op: "GRU", gates, activations, linearBeforeReset: inner.linearBeforeReset };
  }
  return undefined;
}

/** h' = tanh(x W + h R + b) */
export function rnnOf({ x, h, nextH }: CellTensors, cell: Cell): RecurrentCell | undefined {
  const activation = activationOf(nextH, cell);
  const gate = plainGate(activation?.affine, x, h);
  if (activation === undefined || gate === undefined) return undefined;
  return { op: "RNN", gates: [gate], activations: [activation.name], linearBeforeReset: false };
}

/** Both orders of the operands of a node of this type. */
function pairs(tensor: string, op: string, cell: Cell): readonly (readonly [string, string])[] {
  const node = makerOf(tensor, cell);
  const [a, b] = node?.op === op ? node.inputs : [];
  return a === undefined || b === undefined
    ? []
    : [
        [a, b],
        [b, a],
      ];
}

function sums(tensor: string, cell: Cell): readonly (readonly [string, string])[] {
  return [...pairs(tensor, "AddV2", cell), ...pairs(tensor, "Add", cell)];
}

/** 1 - z */
function isRestOf(tensor: string, z: string, cell: Cell): boolean {
  const node = makerOf(tensor, cell);
  const [one, gate] = node?.op === "Sub" ? node.inputs : [];
  if (one === undefined || gate === undefined) return false;
  const isOne = cell.constant(one)?.numbers.every((number) => number === 1) === true;
  return isOne && throughIdentities(gate, cell.makers) === throughIdentities(z, cell.makers);
}

const activations: Readonly<Record<string, string>> = { Sigmoid: "Sigmoid", Tanh: "Tanh", Relu: "Relu" };

/** A gate: an activation function of a sum, or a part of one. */
interface Activated {
  readonly name: string;
  /** The tensor that the function is of, where the gate is not a part of it. */
  readonly input: string;
  readonly affine: Affine | undefined;
}

function activationOf(tensor: string, cell: Cell): Activated | undefined {
  const node = makerOf(tensor, cell);
  if (node?.op === "Split" || node?.op === "SplitV") return splitActivation(tensor, node, cell);
  const name = node && activations[node.op];
  const input = name === undefined ? hardSigmoidInput(tensor, cell) : node!.inputs[0]!;
  return input === undefined ? undefined : { name: name ?? "HardSigmoid", input, affine: affineOf(input, cell) };
}

/** x of max(min(0.2 x + 0.5, 1), 0), as Keras writes its hard sigmoid. */
function hardSigmoidInput(tensor: string, cell: Cell): string | undefined {
  const steps = [
    ["Maximum", 0],
    ["Minimum", 1],
    ["AddV2", 0.5],
    ["Mul", 0.2],
  ] as const;
  return steps.reduce<string | undefined>(
    (value, [op, number]) => (value === undefined ? undefined : withoutConstant(value, op, number, cell)),
    tensor,
  );
}

function withoutConstant(tensor: string, op: string, number: number, cell: Cell): string | undefined {
  const isNumber = (other: string): boolean => {
    const numbers = cell.constant(other)?.numbers;
    return numbers?.length === 1 && Math.abs(numbers[0]! - number) < 1e-6;
  };
  return pairs(tensor, op, cell).find(([, other]) => isNumber(other))?.[0];
}

/** Gates that are split behind the activation function. */
function splitActivation(tensor: string, node: TensorFlowNode, cell: Cell): Activated | undefined {
  const whole = makerOf(node.inputs[node.op === "Split" ? 1 : 0]!, cell);
  const name = whole && activations[whole.op];
  const affine = name === undefined ? undefined : affineOf(whole!.inputs[0]!, cell);
  if (name === undefined || affine === undefined) return undefined;
  const output = indexOf(throughIdentities(tensor, cell.makers));
  return { name, input: "", affine: splitOf(affine, node, output, cell) };
}

/** One product with x, one with h. */
function plainGate(affine: Affine | undefined, x: string, h: string): Gate | undefined {
  const w = affine?.terms.find(({ operand }) => operand === x)?.factor;
  const r = affine?.terms.find(({ operand }) => operand === h)?.factor;
  if (affine?.terms.length !== 2 || w === undefined || r === undefined) return undefined;
  return { w, r, wb: affine.bias, rb: [0] };
}

interface Candidate {
  readonly gate: Gate;
  readonly reset: Gate | undefined;
  /** Of the reset gate. */
  readonly activation: string;
  readonly linearBeforeReset: boolean;
}

/** x W + b + r (h R + b') */
function resetBehind(tensor: string, x: string, h: string, cell: Cell): Candidate | undefined {
  for (const [plain, gated] of sums(tensor, cell)) {
    for (const [r, product] of pairs(gated, "Mul", cell)) {
      const [fromX, fromH] = [affineOf(plain, cell), affineOf(product, cell)];
      const reset = activationOf(r, cell);
      const [w, u] = [only(fromX, x), only(fromH, h)];
      if (reset === undefined || w === undefined || u === undefined) continue;
      const gate = { w, r: u, wb: fromX!.bias, rb: fromH!.bias };
      const resetGate = plainGate(reset.affine, x, h);
      return { gate, reset: resetGate, activation: reset.name, linearBeforeReset: true };
    }
  }
  return undefined;
}

/** x W + (r h) R + b */
function resetBefore(tensor: string, x: string, h: string, cell: Cell): Candidate | undefined {
  const affine = affineOf(tensor, cell);
  const gated = affine?.terms.find(({ operand }) => operand !== x)?.operand;
  const gate = gated === undefined ? undefined : plainGate(affine, x, gated);
  if (gate === undefined) return undefined;
  const r = pairs(gated!, "Mul", cell).find(([, state]) => throughIdentities(state, cell.makers) === h)?.[0];
  const reset = r === undefined ? undefined : activationOf(r, cell);
  if (reset === undefined) return undefined;
  const resetGate = plainGate(reset.affine, x, h);
  return { gate, reset: resetGate, activation: reset.name, linearBeforeReset: false };
}

function only(affine: Affine | undefined, operand: string): Factor | undefined {
  return affine?.terms.length === 1 && affine.terms[0]!.operand === operand ? affine.terms[0]!.factor : undefined;
}

function isComplete(gates: readonly (Gate | undefined)[]): gates is readonly Gate[] {
  return gates.every((gate) => gate !== undefined);
}

/** The bias of all gates one after the other, as ONNX has it: those of W, then those of R. */
export function biasesOf(gates: readonly Gate[], width: number): readonly number[] {
  const zeros = Array<number>(width).fill(0);
  return [...gates.map(({ wb }) => wb), ...gates.map(({ rb }) => rb)].flatMap((bias) => added(zeros, bias));
}
