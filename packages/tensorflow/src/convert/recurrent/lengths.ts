// Rows of different length, as dynamic_rnn runs them: a row that is at its end keeps its state and gives zeros, and the
// loop ends with the longest row. ONNX has an input for the lengths.
//   state' = Select(time >= lengths, state, cell(...))          rounds = min(steps, max(1, max(lengths)))

import { sameDim, type GraphBuilder } from "@tersor/core";
import type { TensorFlowFunction } from "../../graphdef/graph.ts";
import type { Role } from "../control/loop-plan.ts";
import { throughIdentities, type Makers } from "../control/order.ts";
import { makerOf } from "./affine.ts";

/** What a round computes for rows that go on, and the place of the lengths, where there are some. */
export interface Released {
  readonly tensor: string;
  readonly lengths: number | undefined;
}

/** The tensor behind a Select that holds ended rows; `isHeld` judges what they get instead. */
export function released(
  tensor: string,
  body: TensorFlowFunction,
  roles: readonly Role[],
  makers: Makers,
  isHeld: (tensor: string) => boolean,
): Released {
  const node = makerOf(tensor, { makers });
  const [condition, held, fresh] = node?.op === "Select" || node?.op === "SelectV2" ? node.inputs : [];
  if (condition === undefined || !isHeld(throughIdentities(held!, makers))) return { tensor, lengths: undefined };
  const lengths = lengthsIn(condition, body, roles, makers);
  return lengths === undefined ? { tensor, lengths } : { tensor: fresh!, lengths };
}

/** time >= lengths */
function lengthsIn(
  condition: string,
  { inputs }: TensorFlowFunction,
  roles: readonly Role[],
  makers: Makers,
): number | undefined {
  const node = makerOf(condition, { makers });
  if (node?.op !== "GreaterEqual") return undefined;
  const [time, lengths] = node.inputs.map((input) => {
    const own = throughIdentities(input, makers);
    return inputs.findIndex(({ tensor }) => tensor === own);
  });
  return roles[time!]?.kind === "counter" && roles[lengths!]?.kind === "unchanged" ? lengths : undefined;
}

/** Whether a number of rounds is all steps, or at least as many of them as the longest row has. */
export function coversRows(to: GraphBuilder, rounds: string, x: string, lengths: string): boolean {
  const [count, steps] = [to.fact(rounds)?.value?.data[0] ?? undefined, to.shape(x)?.[0]];
  if (count !== undefined && steps !== undefined && sameDim(count, steps)) return true;
  const node = to.maker(rounds);
  const covers = (input: string): boolean => coversRows(to, input, x, lengths);
  if (node?.op === "Min") return node.inputs.every(covers);
  if (node?.op === "Max") return node.inputs.some(covers);
  if (node?.op === "ReduceMax") return uncast(to, node.inputs[0]!) === uncast(to, lengths);
  return node !== undefined && sameNumber.has(node.op) && covers(node.inputs[0]!);
}

const sameNumber: ReadonlySet<string> = new Set(["Cast", "Reshape", "Squeeze", "Unsqueeze"]);

function uncast(to: GraphBuilder, value: string): string {
  const node = to.maker(value);
  return node?.op === "Cast" ? uncast(to, node.inputs[0]!) : value;
}
