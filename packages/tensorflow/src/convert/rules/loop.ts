// While becomes Loop: https://onnx.ai/onnx/operators/onnx__Loop.html. The body sees the values around it, so only what
// changes is carried. Where counters and fixed bounds alone end the loop, the number of rounds is known before it.

import {
  attribute,
  compareDims,
  sameDim,
  sourceOf,
  tensorFromNumbers,
  unknownDimOf,
  type Dim,
  type GraphBuilder,
  type TensorFact,
} from "@tersor/core";
import type { TensorFlowFunction } from "../../graphdef/graph.ts";
import { concat, END, scalarLike, shapeOf, sizeOf, slice, unsqueeze } from "../building.ts";
import { bodyFor, boundsOf, reads, rolesOf, type Bound, type Role } from "../control/loop-plan.ts";
import { denseList } from "../lists.ts";
import { layerOf } from "../recurrent/layer.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, narrowed } from "../wide.ts";

export const loop: readonly TensorFlowRule[] = [
  defineRule({ ops: ["While", "StatelessWhile"], convert: (context) => convertLoop(planOf(context), context) }),
];

/** A loop as it will be. */
interface Plan {
  readonly cond: TensorFlowFunction;
  readonly body: TensorFlowFunction;
  readonly roles: readonly Role[];
  /** Places of the values that ONNX carries, and of the lists that are scan outputs. */
  readonly carried: readonly number[];
  readonly scanned: readonly number[];
  /** What ends the loop, where counters do. */
  readonly bounds: readonly Bound[] | undefined;
}

function planOf(context: RuleContext): Plan {
  const cond = context.functionNamed(context.attribute("cond", "function") ?? "");
  const body = context.functionNamed(context.attribute("body", "function") ?? "");
  if (cond.outputs.length !== 1 || body.outputs.length !== context.inputs.length)
    context.refuse("its functions do not fit what it carries");
  const isOne = (place: number): boolean => isNumber(context.to, context.inputs[place]!, 1);
  const roles = rolesOf(cond, body, isOne).map((role, i, all) => agreed(role, i, all, context));
  const carried = (role: Role, i: number): boolean =>
    role.kind === "carried" || (role.kind === "counter" && context.isRead(i));
  return {
    cond,
    body,
    roles,
    carried: [...roles.keys()].filter((i) => carried(roles[i]!, i)),
    scanned: [...roles.keys()].filter((i) => writtenBy(roles[i]!) !== undefined),
    bounds: boundsOf(cond, roles),
  };
}

function writtenBy(role: Role): string | undefined {
  return role.kind === "list" || role.kind === "last" ? role.value : undefined;
}

/** Some roles hold only for what the loop starts with: empty lists that are written from their first element on. */
function agreed(role: Role, i: number, roles: readonly Role[], { to, inputs, lists }: RuleContext): Role {
  if (role.kind !== "list" && role.kind !== "last") return role;
  const empty = lists.get(inputs[i]!);
  if (role.kind === "last") return empty && isNumber(to, empty.size, 1) ? role : { kind: "carried" };
  if (role.counter === undefined) return role;
  const counts = roles[role.counter]!.kind === "counter" && isNumber(to, inputs[role.counter]!, 0);
  return empty && counts ? role : { kind: "carried" };
}

/** Whether the value is known to be this one integer. */
function isNumber(to: GraphBuilder, value: string, number: number): boolean {
  const fact = to.fact(value);
  return fact?.value?.data.length === 1 && fact.value.data[0] === number && fact.dtype?.startsWith("int") === true;
}

function convertLoop(plan: Plan, context: RuleContext): readonly string[] {
  const { to, inputs } = context;
  const trips = plan.bounds && tripsOf(plan.bounds, plan, context);
  const layer = trips === undefined ? undefined : layerOf(plan, trips, context);
  if (layer) return resultsOf(layer.carried, layer.scanned, plan, context);
  const starts = plan.carried.map((i) => startOf(i, plan, context));
  const goesOn = trips === undefined ? context.callFunction(plan.cond, to, inputs)[0]! : "";
  const made = settledBody(plan, starts, trips !== undefined, context);
  if (made === undefined) return inputs;
  const outputs = to.addMany(
    "Loop",
    [trips ?? "", goesOn, ...starts],
    { body: attribute.graph(made) },
    { outputs: plan.carried.length + plan.scanned.length },
  );
  return resultsOf(outputs.slice(0, plan.carried.length), outputs.slice(plan.carried.length), plan, context);
}

/** All values after the loop, from those that it carried and the elements of the lists that it wrote. */
function resultsOf(
  carried: readonly string[],
  scanned: readonly string[],
  plan: Plan,
  context: RuleContext,
): readonly string[] {
  return context.inputs.map((input, i) => {
    const rows = scanned[plan.scanned.indexOf(i)];
    return carried[plan.carried.indexOf(i)] ?? (rows && finishedList(rows, i, plan.roles[i]!, context)) ?? input;
  });
}

/** What a carried value is before the first round; a list becomes a tensor. */
function startOf(i: number, plan: Plan, context: RuleContext): string {
  const { to, inputs, lists } = context;
  // A trial round on the list itself tells the shape of what is written to it.
  if (lists.get(inputs[i]!)?.element === undefined && lists.has(inputs[i]!))
    roundOf(plan, context, (place) => (lists.get(inputs[place]!) ? undefined : typeOf(to, inputs[place]!)));
  return denseList(context, inputs[i]!);
}

/** int64: the rounds until the first of the counters has reached its bound. */
function tripsOf(bounds: readonly Bound[], { cond }: Plan, context: RuleContext): string {
  const { to } = context;
  const counts = bounds.map(({ counter, limit, inclusive }) => {
    const end = typeof limit === "number" ? context.inputs[limit]! : constantOf(limit.name, cond, context);
    const start = asInt64(to, context.inputs[counter]!);
    const isZero = to.fact(start)?.value?.data[0] === 0;
    const count = isZero ? asInt64(to, end) : to.add("Sub", [asInt64(to, end), start]);
    return inclusive ? to.add("Add", [count, to.constant("int64", [], [1])]) : count;
  });
  return counts.reduce((a, b) => (isLeast(to, a, b) ? a : isLeast(to, b, a) ? b : to.add("Min", [a, b])));
}

/** Whether `a` is known to be no more than `b`. */
function isLeast(to: GraphBuilder, a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => to.fact(name)?.value?.data[0] ?? undefined);
  if (x === undefined || y === undefined) return a === b;
  const order = compareDims(x, y);
  return order !== undefined && order <= 0;
}

function constantOf(name: string, { nodes }: TensorFlowFunction, { to, refuse }: RuleContext): string {
  const value = nodes.find((node) => node.name === name)?.attributes["value"];
  return value?.kind === "tensor" ? to.weight(name, value.value) : refuse("the bound of its counter has no value");
}

/** The body for types that hold before and after every round: sizes that change are given up. */
function settledBody(plan: Plan, starts: readonly string[], endless: boolean, context: RuleContext) {
  let types = starts.map((start) => typeOf(context.to, start));
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const round = roundOf(plan, context, (place) => types[plan.carried.indexOf(place)]);
    if (round === undefined) return undefined;
    const after = plan.carried.map((_, k) => typeOf(round.inner, round.results[k]!));
    const both = types.map((type, k) => joined(type, after[k]!, `${context.node.name}.${k}`));
    if (both.every((type, k) => JSON.stringify(type) === JSON.stringify(types[k])))
      return finishedBody(round, plan, endless, context);
    types = both;
  }
  return context.refuse("the types of what it carries do not settle");
}

/** Each trial gives up sizes, a rank or a type of at least one value. */
const MAX_TRIALS = 16;

interface Round {
  readonly inner: GraphBuilder;
  readonly condition: string;
  /** What the values are in the round. */
  readonly values: readonly string[];
  /** The carried values for the next round, then the elements of scanned lists. */
  readonly results: readonly string[];
}

/** One round. A value without a type is seen from outside; undefined when something in the body is not supported. */
function roundOf(
  plan: Plan,
  context: RuleContext,
  typeAt: (place: number) => TensorFact | undefined,
): Round | undefined {
  const { to, inputs } = context;
  const inner = to.body("body");
  const iteration = inner.input("iteration", { kind: "tensor", dtype: "int64", shape: [] });
  const condition = inner.input("condition", { kind: "tensor", dtype: "bool", shape: [] });
  const values = plan.roles.map((role, i) => {
    const type = plan.carried.includes(i) ? typeAt(i) : undefined;
    if (type !== undefined) return inner.input(`${to.prefix}/${i}`, type);
    return role.kind === "counter" ? counterAt(iteration, inputs[i]!, inner, to) : inputs[i]!;
  });
  const called = bodyFor(plan.body, [
    ...plan.carried.map((i) => plan.body.outputs[i]!.tensor),
    ...plan.scanned.map((i) => writtenBy(plan.roles[i]!)!),
  ]);
  const results = context.callFunction(called, inner, values);
  if (results.includes("")) return undefined;
  return { inner, condition, values, results: results.map((result) => denseList({ ...context, to: inner }, result)) };
}

function counterAt(iteration: string, start: string, inner: GraphBuilder, outer: GraphBuilder): string {
  const wide = asInt64(outer, start);
  const isZero = outer.fact(wide)?.value?.data[0] === 0;
  return narrowed(inner, isZero ? iteration : inner.add("Add", [iteration, wide]), outer.dtype(start) ?? "int32");
}

function finishedBody(
  { inner, condition, values, results }: Round,
  plan: Plan,
  endless: boolean,
  context: RuleContext,
) {
  const next = plan.roles.map((role, i) => {
    const place = plan.carried.indexOf(i);
    if (place >= 0) return results[place]!;
    const isAsked = !endless && role.kind === "counter" && reads(plan.cond, i);
    return isAsked ? inner.add("Add", [values[i]!, scalarLike(inner, values[i]!, 1)]) : values[i]!;
  });
  const goesOn = endless ? condition : context.callFunction(plan.cond, inner, next)[0]!;
  return inner.finishBody("body", [goesOn, ...results]);
}

/** A list after the loop, from the elements that the rounds wrote. */
function finishedList(rows: string, i: number, role: Role, context: RuleContext): string {
  const { to, inputs, lists } = context;
  if (role.kind === "last") return to.shape(rows)?.[0] === 1 ? rows : slice(to, rows, { axis: 0, start: -1, end: END });
  const start = inputs[i]!;
  const size = lists.get(start)?.size;
  const total = size && (to.fact(size)?.value?.data[0] ?? undefined);
  if (total === 0) return rows;
  if (role.kind === "list" && role.counter === undefined)
    return concat(to, [denseList(context, start, to.shape(rows)?.slice(1)), rows], 0);
  const count = to.shape(rows)?.[0];
  const isWhole = total !== undefined && count !== undefined && sameDim(total as Dim, count);
  return isWhole || size === undefined ? rows : concat(to, [rows, restOf(rows, size, to)], 0);
}

/** Zeros in the places that no round came to. */
function restOf(rows: string, size: string, to: GraphBuilder): string {
  const missing = to.add("Sub", [size, sizeOf(to, rows, 0)]);
  const count = unsqueeze(to, to.add("Max", [missing, to.constant("int64", [], [0])]), [0]);
  const zero = attribute.tensor(sourceOf(tensorFromNumbers(to.dtype(rows) ?? "float32", [1], [0])));
  return to.add("ConstantOfShape", [concat(to, [count, shapeOf(to, rows, 1)], 0)], { value: zero });
}

function typeOf(to: GraphBuilder, value: string): TensorFact {
  const fact = to.fact(value);
  return { kind: "tensor", ...(fact?.dtype && { dtype: fact.dtype }), ...(fact?.shape && { shape: fact.shape }) };
}

/** The type that covers both. */
function joined(a: TensorFact, b: TensorFact, name: string): TensorFact {
  const shape =
    a.shape?.length === b.shape?.length
      ? a.shape?.map((dim, axis) => (sameDim(dim, b.shape![axis]!) ? dim : unknownDimOf(`${name}.${axis}`)))
      : undefined;
  return { kind: "tensor", ...(a.dtype && { dtype: a.dtype }), ...(shape && { shape }) };
}
