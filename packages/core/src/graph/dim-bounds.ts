// What is certain about the size of a dimension: names are at least 1, names of counts that only a run can tell
// ("?...") at least 0. Decides minima, maxima and clamps without values.

import {
  add,
  constant,
  divide,
  multiply,
  OPAQUE,
  ofAtom,
  subtract,
  type Atom,
  type Factor,
  type Polynomial,
  type Term,
} from "./polynomial.ts";

export type Interval = readonly [low: number, high: number];

const MAX_STEPS = 64;

/** No dimension reaches this: slices say "to the end" with it. */
export const BEYOND = 2 ** 31 - 1;

/** Bounds of a polynomial, by interval arithmetic; loose where an atom occurs more than once. */
export function intervalOf({ terms, denominator }: Polynomial): Interval {
  let [low, high] = [0, 0];
  for (const term of terms) {
    const [termLow, termHigh] = termInterval(term);
    low += termLow;
    high += termHigh;
  }
  return [low / denominator, high / denominator];
}

/** A lower bound of a polynomial; tighter than its interval, as floor, min and max are replaced by what bounds them. */
export function lowerBound(p: Polynomial): number {
  return relaxedBound(p, { steps: MAX_STEPS });
}

/** Replacements multiply: what they find within the budget is a bound too. */
function relaxedBound(p: Polynomial, budget: { steps: number }): number {
  let [bound] = intervalOf(p);
  for (const term of p.terms) {
    if (bound >= 0) return bound;
    const { options, needed } = relaxations(term);
    if (options.length === 0 || (budget.steps -= options.length) < 0) continue;
    const bounds = options.map((option) => relaxedBound(replace(p, term, option), budget));
    bound = Math.max(bound, needed === "all" ? Math.min(...bounds) : Math.max(...bounds));
  }
  return bound;
}

/** -1, 0 or 1 where a <= b, a = b or a >= b is certain. */
export function order(a: Polynomial, b: Polynomial): -1 | 0 | 1 | undefined {
  if (a.text === b.text) return 0;
  const [[lowA, highA], [lowB, highB]] = [intervalOf(a), intervalOf(b)];
  if (highA <= lowB) return -1;
  if (highB <= lowA) return 1;
  if (lowerBound(subtract(b, a)) >= 0) return -1;
  return lowerBound(subtract(a, b)) >= 0 ? 1 : undefined;
}

function replace(p: Polynomial, { coefficient, factors }: Term, by: Polynomial): Polynomial {
  const change = multiply(subtract(by, ofAtom(factors[0]!.atom)), constant(coefficient));
  return add(p, divide(change, constant(p.denominator)) ?? change);
}

/** What may stand in for an atom: any one of the options bounds it, or it is one of them and all have to be looked at. */
interface Relaxations {
  readonly options: readonly Polynomial[];
  readonly needed: "any" | "all";
}

/** Bounds of a lone atom from the side that its coefficient asks for. */
function relaxations({ coefficient, factors }: Term): Relaxations {
  const [factor] = factors;
  if (factors.length !== 1 || factor!.power !== 1) return { options: [], needed: "any" };
  const { atom } = factor!;
  if (atom.kind === "min") return { options: atom.of, needed: coefficient < 0 ? "any" : "all" };
  if (atom.kind === "max") return { options: atom.of, needed: coefficient > 0 ? "any" : "all" };
  return { options: atom.kind === "floor" ? floorRelaxation(atom, coefficient) : [], needed: "any" };
}

/** (x - d + 1)/d <= floor(x/d) <= x/d for a number d. */
function floorRelaxation(atom: Extract<Atom, { kind: "floor" }>, coefficient: number): readonly Polynomial[] {
  const by = intervalOf(atom.by);
  if (by[0] !== by[1] || by[0] < 1) return [];
  const over = coefficient < 0 ? atom.over : subtract(atom.over, constant(by[0] - 1));
  return [divide(over, atom.by) ?? over];
}

function termInterval({ coefficient, factors }: Term): Interval {
  return factors.reduce<Interval>(
    (product, factor) => times(product, powerInterval(factor)),
    [coefficient, coefficient],
  );
}

function powerInterval({ atom, power }: Factor): Interval {
  const base = atomInterval(atom);
  let product = base;
  for (let i = 1; i < Math.min(power, 16); i++) product = times(product, base);
  return product;
}

function atomInterval(atom: Atom): Interval {
  if (atom.kind === "name") return nameInterval(atom.name);
  if (atom.kind === "floor") return floorInterval(intervalOf(atom.over), intervalOf(atom.by));
  const parts = atom.of.map(intervalOf);
  const pick = atom.kind === "min" ? Math.min : Math.max;
  return [pick(...parts.map(([low]) => low)), pick(...parts.map(([, high]) => high))];
}

function nameInterval(name: string): Interval {
  if (name.startsWith(OPAQUE)) return [-Infinity, Infinity];
  return [name.startsWith("?") ? 0 : 1, BEYOND - 1];
}

function floorInterval(over: Interval, by: Interval): Interval {
  if (by[0] <= 0) return [over[0] >= 0 ? 0 : -Infinity, Infinity];
  const corners = [over[0] / by[0], over[0] / by[1], over[1] / by[0], over[1] / by[1]].map(Math.floor);
  return [Math.min(...corners), Math.max(...corners)];
}

function times(a: Interval, b: Interval): Interval {
  const corners = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]].map((x) => (Number.isNaN(x) ? 0 : x));
  return [Math.min(...corners), Math.max(...corners)];
}
