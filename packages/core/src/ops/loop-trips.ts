// How often a counting Loop runs: its condition holds while counters that grow by constant steps stay below bounds that
// do not change. That is what while_loop of TensorFlow and range loops become; the bound may be a symbol.

import {
  addDims,
  ceilDivDims,
  maxDims,
  minDims,
  mulDims,
  nameOfDim,
  namesOfDim,
  sameDim,
  subDims,
  substituteDim,
  unknownDimOf,
  type Dim,
} from "../graph/dim.ts";
import type { Node, Subgraph } from "../graph/graph.ts";
import { isInteger } from "../tensor/dtype.ts";
import type { Fact, RuleContext, TensorFact } from "./define.ts";
import { tensorType } from "./join-facts.ts";
import { dimIn, tensorIn } from "./known.ts";

/** `small` < `large`, by the names of the operands. */
interface Comparison {
  readonly small: string;
  readonly large: string;
}

/** A carried scalar: the symbol that stands for it in the body, its start, and what a round adds. */
interface Counter {
  readonly symbol: Dim;
  readonly start: Dim;
  readonly step: Dim;
}

/**
 * Trips of a loop whose first condition holds; undefined where something else than counters ends it.
 * `initial` are the carried values before the loop, `carried` what holds for them in every round.
 */
export function countedTrips(
  body: Subgraph,
  initial: readonly (Fact | undefined)[],
  carried: readonly (Fact | undefined)[],
  context: RuleContext,
): Dim | undefined {
  const comparisons = comparisonsOf(body);
  if (comparisons === undefined) return undefined;
  const symbols = ["iteration", ...initial.keys()].map((label) => context.unknownDim(0, label));
  const starts = [0, ...initial.map((fact) => dimIn(tensorIn(fact)))];
  const facts = [tensorType("int64", []), ...carried].map((fact, i) =>
    starts[i] === undefined ? fact : withSymbol(tensorIn(fact), symbols[i]!),
  );
  const asked = comparisons.flatMap(({ small, large }) => [small, large]);
  const outputs = [...body.outputs, ...asked.map((name) => ({ name, type: { kind: "unknown" } as const }))];
  const [iteration, ...rest] = facts;
  const results = context
    .inferBody({ ...body, outputs }, [iteration, truth, ...rest])
    .map((fact) => dimIn(tensorIn(fact)));
  const next = [addDims(symbols[0]!, 1), ...results.slice(1, 1 + initial.length)];
  const counters = symbols.flatMap((symbol, i) => counterOf(symbol, starts[i], next[i]) ?? []);
  const operands = results.slice(body.outputs.length);
  const trips = comparisons.map((_, i) => tripsOf(operands[2 * i], operands[2 * i + 1], counters, symbols));
  return trips.every((count) => count !== undefined) ? trips.reduce(minDims) : undefined;
}

const truth: TensorFact = { kind: "tensor", dtype: "bool", shape: [], value: { dtype: "bool", shape: [], data: [1] } };

/** The comparisons that all have to hold; undefined when the condition is anything else. */
function comparisonsOf(body: Subgraph): readonly Comparison[] | undefined {
  const makers = new Map(body.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const open = [body.outputs[0]?.name];
  const found: Comparison[] = [];
  for (let steps = 0; open.length > 0; steps++) {
    const node = makers.get(open.pop() ?? "");
    if (node === undefined || steps > MAX_CONJUNCTS) return undefined;
    if (node.op === "And" || node.op === "Identity") open.push(...node.inputs);
    else if (node.op === "Less" || node.op === "Greater") found.push(comparisonOf(node));
    else return undefined;
  }
  return found;
}

const MAX_CONJUNCTS = 64;

function comparisonOf({ op, inputs }: Node): Comparison {
  const [a = "", b = ""] = inputs;
  return op === "Less" ? { small: a, large: b } : { small: b, large: a };
}

/** An integer scalar as a symbol; other values stay as they are. */
function withSymbol(fact: TensorFact | undefined, symbol: Dim): TensorFact | undefined {
  if (!fact?.dtype || !isInteger(fact.dtype) || fact.shape?.some((dim) => dim !== 1)) return fact;
  const shape = fact.shape?.map(() => 1);
  return shape ? { ...fact, value: { dtype: fact.dtype, shape, data: [symbol] } } : fact;
}

function counterOf(symbol: Dim, start: Dim | undefined, next: Dim | undefined): Counter | undefined {
  return start === undefined || next === undefined ? undefined : { symbol, start, step: subDims(next, symbol) };
}

/** Rounds until `small` reaches `large`: the distance shrinks by the same number each round. */
function tripsOf(
  small: Dim | undefined,
  large: Dim | undefined,
  counters: readonly Counter[],
  symbols: readonly Dim[],
): Dim | undefined {
  if (small === undefined || large === undefined) return undefined;
  const distance = subDims(large, small);
  const after = (rounds: Dim) =>
    substituteDim(
      distance,
      new Map(counters.map(({ symbol, start, step }) => [nameOfDim(symbol)!, addDims(start, mulDims(step, rounds))])),
    );
  const start = after(0);
  const shrinks = subDims(start, after(1));
  const varies = namesOfDim(start).some((name) => symbols.some((symbol) => nameOfDim(symbol) === name));
  if (varies || typeof shrinks !== "number" || shrinks < 1) return undefined;
  const linear = sameDim(after(ROUNDS), subDims(start, mulDims(shrinks, ROUNDS)));
  return linear ? addDims(maxDims(0, ceilDivDims(start, shrinks)), 1) : undefined;
}

/** Stands for any number of rounds. */
const ROUNDS = unknownDimOf("rounds");
