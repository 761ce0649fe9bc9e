// A While that is a recurrent layer: each round reads the next element of a list, computes an LSTM or GRU cell and
// writes its output to a list. In ONNX that is one node, whose weights can be quantized.

import { sameDim, type GraphBuilder } from "@tersor/core";
import type { TensorFlowFunction } from "../../graphdef/graph.ts";
import { cast, unsqueeze } from "../building.ts";
import type { Role } from "../control/loop-plan.ts";
import { makersOf, nodeNameOf, throughIdentities, type Makers } from "../control/order.ts";
import type { RuleContext } from "../rule.ts";
import type { Cell } from "./affine.ts";
import { Constants } from "./constants.ts";
import { addLayer, isZero } from "./emit.ts";
import { gruOf, lstmOf, rnnOf, type RecurrentCell } from "./gates.ts";
import { coversRows, released, type Released } from "./lengths.ts";

/** The part of a loop's plan that counts here. */
export interface LoopOfLayer {
  readonly body: TensorFlowFunction;
  readonly roles: readonly Role[];
  readonly carried: readonly number[];
  readonly scanned: readonly number[];
}

/** A layer in the place of a loop: the carried values after it, and the elements of each scanned list. */
export interface Layer {
  readonly carried: readonly string[];
  readonly scanned: readonly string[];
}

/** Makes the loop of `trips` rounds a layer, where it is one. */
export function layerOf(loop: LoopOfLayer, trips: string, context: RuleContext): Layer | undefined {
  const { body, roles, carried, scanned } = loop;
  const { to, inputs } = context;
  if (carried.length === 0 || carried.length > 2 || carried.some((i) => roles[i]!.kind !== "carried")) return undefined;
  const makers = makersOf(body.nodes);
  const reading = onlyRead(loop, makers);
  if (reading === undefined) return undefined;
  const x = inputs[reading.list]!;
  if (to.shape(x)?.length !== 3 || to.dtype(x) !== "float32") return undefined;
  const next = carried.map((i) => heldState(i, loop, makers));
  const rows = scanned.map((i) => heldOutput(roles[i]!, loop, makers, context));
  const lengths = next[0]!.lengths;
  if (![...next, ...rows].every((each) => each.lengths === lengths)) return undefined;
  const steps = lengths === undefined ? undefined : inputs[lengths]!;
  if (!(steps === undefined ? hasSteps(to, x, trips) : coversRows(to, trips, x, steps))) return undefined;
  const found = matched(
    loop,
    next.map(({ tensor }) => tensor),
    reading,
    makers,
    context,
  );
  if (found === undefined) return undefined;
  const output = throughIdentities(next[carried.indexOf(found.h)]!.tensor, makers);
  if (!rows.every(({ tensor }) => throughIdentities(tensor, makers) === output)) return undefined;
  const outputs = addLayer(to, found.cell, {
    x,
    h: inputs[found.h]!,
    ...(found.c !== undefined && { c: inputs[found.c]! }),
    ...(steps !== undefined && { lengths: cast(to, steps, "int32") }),
  });
  return {
    carried: carried.map((i) => (i === found.h ? outputs.h : outputs.c!)),
    scanned: scanned.map((i) => (roles[i]!.kind === "last" ? unsqueeze(to, outputs.h, [0]) : outputs.all)),
  };
}

function heldState(i: number, { body, roles }: LoopOfLayer, makers: Makers): Released {
  return released(body.outputs[i]!.tensor, body, roles, makers, (held) => held === body.inputs[i]!.tensor);
}

/** What is written to a list: ended rows give zeros. */
function heldOutput(role: Role, { body, roles }: LoopOfLayer, makers: Makers, { to, inputs }: RuleContext): Released {
  const isZeros = (held: string): boolean => {
    const place = body.inputs.findIndex(({ tensor }) => tensor === held);
    return place >= 0 && isZero(to, inputs[place]!);
  };
  const written = role.kind === "list" || role.kind === "last" ? role.value : "";
  const row = released(written, body, roles, makers, isZeros);
  // The last row of a list of one is the state, not what ended rows give.
  return role.kind === "last" && row.lengths !== undefined ? { tensor: "", lengths: row.lengths } : row;
}

/** Where the input of a round comes from: the place of the list among what is carried, and the element. */
interface Reading {
  readonly list: number;
  readonly tensor: string;
}

/** The one operation that reads an element of a list at the place of a counter. */
function onlyRead({ body, roles }: LoopOfLayer, makers: Makers): Reading | undefined {
  const reads = body.nodes.filter(({ op }) => op === "TensorListGetItem" || op === "TensorArrayReadV3");
  const [node, ...more] = reads;
  if (node === undefined || more.length > 0) return undefined;
  const place = (tensor: string): number => {
    const own = throughIdentities(tensor, makers);
    return body.inputs.findIndex((input) => input.tensor === own);
  };
  const list = place(node.inputs[node.op === "TensorListGetItem" ? 0 : 2]!);
  const isInOrder = roles[list]?.kind === "unchanged" && roles[place(node.inputs[1]!)]?.kind === "counter";
  return isInOrder ? { list, tensor: `${node.name}:0` } : undefined;
}

/** Whether the loop runs once for each element. */
function hasSteps(to: GraphBuilder, x: string, trips: string): boolean {
  const [steps, rounds] = [to.shape(x)?.[0], to.fact(trips)?.value?.data[0]];
  return steps !== undefined && rounds !== undefined && rounds !== null && sameDim(steps, rounds);
}

interface Match {
  readonly cell: RecurrentCell;
  readonly h: number;
  readonly c?: number;
}

function matched(
  loop: LoopOfLayer,
  next: readonly string[],
  reading: Reading,
  makers: Makers,
  context: RuleContext,
): Match | undefined {
  const { body, carried } = loop;
  const cell = cellOf(loop, reading, makers, context);
  const x = reading.tensor;
  const tensors = (i: number) => ({ now: body.inputs[i]!.tensor, next: next[carried.indexOf(i)]! });
  const [a, b] = carried as readonly [number, number?];
  if (b === undefined) {
    const state = { x, h: tensors(a).now, nextH: tensors(a).next };
    const found = gruOf(state, cell) ?? rnnOf(state, cell);
    return found && { cell: found, h: a };
  }
  for (const [h, c] of [
    [a, b],
    [b, a],
  ] as const) {
    const [output, state] = [tensors(h), tensors(c)];
    const lstm = lstmOf({ x, h: output.now, c: state.now, nextH: output.next, nextC: state.next }, cell);
    if (lstm) return { cell: lstm, h, c };
  }
  return undefined;
}

function cellOf(loop: LoopOfLayer, reading: Reading, makers: Makers, { to, inputs }: RuleContext): Cell {
  const { body, roles } = loop;
  const constants = new Constants(body, roles, inputs, makers, to);
  const inputWidth = (tensor: string): number | undefined => {
    const place = tensor === reading.tensor ? reading.list : body.inputs.findIndex((input) => input.tensor === tensor);
    const size = place < 0 ? undefined : to.shape(inputs[place]!)?.at(-1);
    return typeof size === "number" ? size : undefined;
  };
  return {
    makers,
    // A state that was reset by a gate is as wide as the state.
    width: (tensor) =>
      [tensor, ...(makers.get(nodeNameOf(tensor))?.inputs ?? [])]
        .map((each) => inputWidth(throughIdentities(each, makers)))
        .find((size) => size !== undefined),
    constant: (tensor) => constants.numbers(tensor),
    factor: (tensor) => constants.factor(tensor),
  };
}
