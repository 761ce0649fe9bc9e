// If, Loop, Scan: https://onnx.ai/onnx/operators/onnx__Loop.html. Bodies see the names around them; their own types are
// inferred by the caller. Scan 8 has a batch axis and sequence lengths, from 9 on axes are attributes.

import { minDims, type Dim } from "../graph/dim.ts";
import type { Subgraph } from "../graph/graph.ts";
import {
  defineOp,
  int,
  ints,
  raw,
  type AttributeSpec,
  type Fact,
  type RuleContext,
  type TensorFact,
} from "./define.ts";
import { joinFacts, sameFact, tensorType } from "./join-facts.ts";
import { axisOf, dimIn, numberIn, tensorIn } from "./known.ts";
import { countedTrips } from "./loop-trips.ts";

const bodies = { kind: "float", why: "its bodies are quantized operator by operator" } as const;

const body: AttributeSpec<Subgraph | undefined> = {
  read: (attribute) => (attribute?.kind === "graph" ? attribute.value : undefined),
};

/** The types of the outputs come with their facts. */
const inFacts = () => [];

export const ifOp = defineOp({
  type: "If",
  since: [1, 11, 13, 16, 19, 21, 23],
  attributes: { then_branch: body, else_branch: body },
  types: inFacts,
  partial: true,
  shape: ([condition], { then_branch, else_branch }, context) => {
    if (!then_branch || !else_branch) return [];
    const taken = numberIn(condition);
    const then = context.inferBody(then_branch, []);
    const otherwise = context.inferBody(else_branch, []);
    if (taken !== undefined) return taken ? then : otherwise;
    return context.node.outputs.map((_, output) =>
      joinFacts(then[output], otherwise[output], (axis) => context.unknownDim(output, axis)),
    );
  },
  quantization: bodies,
});

/** Inputs: M (trip count), cond, initial values. Body: iteration, cond, carried -> cond, carried, scan outputs. */
export const loop = defineOp({
  type: "Loop",
  since: [1, 11, 13, 16, 19, 21, 23],
  attributes: { body },
  types: inFacts,
  partial: true,
  shape: (_, attributes, context) => {
    if (!attributes.body) return [];
    const { carried, results, endless } = settleLoop(attributes.body, context);
    const trips = tripsOf(attributes.body, carried, endless, context);
    const scans = results.slice(1 + carried.length).map((fact, i) => {
      const output = carried.length + i;
      const each = tensorIn(fact);
      const shape = each?.shape && [trips ?? context.unknownDim(output, "trips"), ...each.shape];
      return tensorType(each?.dtype, shape);
    });
    return [...carried, ...scans];
  },
  quantization: bodies,
});

/** Inputs: initial states, then `num_scan_inputs` tensors that are cut along their scan axis. */
export const scan = defineOp({
  type: "Scan",
  since: [8, 9, 11, 16, 19, 21, 23],
  attributes: {
    body,
    num_scan_inputs: int(0),
    scan_input_axes: ints(),
    scan_output_axes: ints(),
    scan_input_directions: raw(),
    scan_output_directions: raw(),
    directions: raw(),
  },
  types: inFacts,
  partial: true,
  shape: (inputs, attributes, context) => {
    if (!attributes.body) return [];
    // Opset 8: a leading input holds sequence lengths, and each tensor has a batch axis before the scanned one.
    const batched = context.opset < 9;
    const facts = context.node.inputs.map((_, input) => context.fact(input)).slice(batched ? 1 : 0);
    const states = facts.length - attributes.num_scan_inputs;
    if (states < 0) return [];
    const scanned = facts
      .slice(states)
      .map((fact, i) => cut(tensorIn(fact), batched ? 1 : (attributes.scan_input_axes?.[i] ?? 0)));
    const steps = scanned.find(({ length }) => length !== undefined)?.length;
    const batch = batched ? scanned.find(({ rest }) => rest?.shape)?.rest?.shape?.[0] : undefined;
    const unbatched = (fact: Fact | undefined) => (batched ? withoutFirst(fact) : fact);
    const elements = scanned.map(({ rest }) => unbatched(rest));
    const { carried, results } = settle(attributes.body, facts.slice(0, states).map(unbatched), context, (values) => [
      ...values,
      ...elements,
    ]);
    const outputs = results.slice(states).map((fact, i) => {
      const length = steps ?? context.unknownDim(states + i, "steps");
      return stacked(tensorIn(fact), length, batched ? 0 : (attributes.scan_output_axes?.[i] ?? 0));
    });
    const all = [...carried, ...outputs];
    return batched ? all.map((fact) => withFirst(fact, batch)) : all;
  },
  quantization: bodies,
});

interface Settled {
  /** Facts of the carried values that hold before and after every round. */
  readonly carried: readonly (Fact | undefined)[];
  /** Facts of all outputs of the body. */
  readonly results: readonly (Fact | undefined)[];
}

/** Runs the body over facts until those of the carried values no longer change. */
function settle(
  graph: Subgraph,
  initial: readonly (Fact | undefined)[],
  context: RuleContext,
  inputsOf: (carried: readonly (Fact | undefined)[]) => readonly (Fact | undefined)[],
  firstCarried = 0,
): Settled {
  let carried = initial.map((fact) => fact && withoutValue(fact));
  // A round either changes a dimension into an unknown one, drops a shape, or is the last.
  for (let round = 0; round < 8; round++) {
    const results = context.inferBody(graph, inputsOf(carried));
    const next = carried.map((before, i) => {
      const after = results[firstCarried + i];
      return joinFacts(before, after && withoutValue(after), (axis) => context.unknownDim(i, axis));
    });
    if (next.every((fact, i) => sameFact(fact, carried[i]))) return { carried: next, results };
    carried = next;
  }
  const unknown = carried.map(() => undefined);
  return { carried: unknown, results: context.inferBody(graph, inputsOf(unknown)) };
}

/** A loop is endless when its condition stays true: only the trip count stops it. */
function settleLoop(graph: Subgraph, context: RuleContext): Settled & { readonly endless: boolean } {
  const initial = context.node.inputs.slice(2).map((_, i) => context.fact(i + 2));
  const iteration: TensorFact = { kind: "tensor", dtype: "int64", shape: [] };
  const startsTrue = !context.node.inputs[1] || numberIn(tensorIn(context.fact(1))) === 1;
  const run = (condition: TensorFact) =>
    settle(graph, initial, context, (carried) => [iteration, condition, ...carried], 1);
  const bool: TensorFact = { kind: "tensor", dtype: "bool", shape: [] };
  if (startsTrue) {
    const settled = run({ ...bool, value: { dtype: "bool", shape: [], data: [1] } });
    if (numberIn(tensorIn(settled.results[0])) === 1) return { ...settled, endless: true };
  }
  return { ...run(bool), endless: false };
}

/** At most the trip count; fewer where the condition counts to a bound of its own. */
function tripsOf(
  graph: Subgraph,
  carried: Settled["carried"],
  endless: boolean,
  context: RuleContext,
): Dim | undefined {
  const most = context.node.inputs[0] ? dimIn(tensorIn(context.fact(0))) : Infinity;
  if (endless) return most === Infinity ? undefined : most;
  if (most === undefined || numberIn(tensorIn(context.fact(1))) !== 1) return undefined;
  const initial = context.node.inputs.slice(2).map((_, i) => context.fact(i + 2));
  const counted = countedTrips(graph, initial, carried, context);
  return counted === undefined || most === Infinity ? counted : minDims(most, counted);
}

function withoutValue(fact: Fact): Fact {
  return fact.kind === "tensor" ? tensorType(fact.dtype, fact.shape) : fact;
}

/** A scanned input: the length of its axis, and what one step sees. */
function cut(fact: TensorFact | undefined, axis: number) {
  const at = fact?.shape && axisOf(axis, fact.shape.length);
  if (at === undefined) return { rest: fact && tensorType(fact.dtype, undefined), length: undefined };
  return { rest: tensorType(fact!.dtype, fact!.shape!.toSpliced(at, 1)), length: fact!.shape![at] };
}

/** The output that the results of all steps make, side by side along a new axis. */
function stacked(fact: TensorFact | undefined, length: Dim, axis: number): TensorFact | undefined {
  if (!fact?.shape) return fact && withoutShape(fact);
  const at = axisOf(axis, fact.shape.length + 1);
  return at === undefined ? withoutShape(fact) : tensorType(fact.dtype, fact.shape.toSpliced(at, 0, length));
}

function withoutShape(fact: TensorFact): TensorFact {
  return tensorType(fact.dtype, undefined);
}

function withoutFirst(fact: Fact | undefined): Fact | undefined {
  return fact?.kind === "tensor" ? tensorType(fact.dtype, fact.shape?.slice(1)) : fact;
}

function withFirst(fact: Fact | undefined, dim: Dim | undefined): Fact | undefined {
  if (fact?.kind !== "tensor") return fact;
  return tensorType(fact.dtype, dim !== undefined && fact.shape ? [dim, ...fact.shape] : undefined);
}
