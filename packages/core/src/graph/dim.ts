// Dimensions: a number, or a symbolic expression in canonical text such as "batch*seq" or "floor((height+1)/2)".
// Arithmetic happens on polynomials with rational coefficients over atoms; an atom is a name or a call (floor, min, max).
// Every string is a dimension: one that is no expression is a name. All functions are total.

import { intervalOf, lowerBound, order, type Interval } from "./dim-bounds.ts";
import { named, parse } from "./dim-text.ts";
import {
  add,
  constant,
  constantOf,
  divide,
  floor,
  floorDivide,
  multiply,
  negate,
  opaque,
  ofAtom,
  subtract,
  type Atom,
  type Polynomial,
} from "./polynomial.ts";

/**
 * One dimension: known, or a canonical expression of named dimensions. Named dimensions are positive, except those
 * whose name begins with "?": counts that only a run can tell. Names that are no identifier stand in double quotes.
 */
export type Dim = number | string;

/** Values of named dimensions. */
export type DimBindings = ReadonlyMap<string, number> | Readonly<Record<string, number>>;

/** The dimension of that name, whatever characters it has: what a reader makes of a dim_param. */
export function dimOfName(name: string): Dim {
  return named(name).text;
}

/** A dimension that only a run can tell, by a name that nothing else has; it may be zero. */
export function unknownDimOf(name: string): Dim {
  return named(`?${name}`).text;
}

/** The name, where the dimension is one name and nothing else. */
export function nameOfDim(dim: Dim): string | undefined {
  if (typeof dim === "number") return undefined;
  const { terms, text } = polynomialOf(dim);
  const atom = terms[0]?.factors[0]?.atom;
  return atom?.kind === "name" && atom.text === text ? atom.name : undefined;
}

/** The dimension in canonical form. */
export function canonicalDim(dim: Dim): Dim {
  return typeof dim === "number" ? dim : dimOf(polynomialOf(dim));
}

/** Names that a dimension depends on, each once. */
export function namesOfDim(dim: Dim): readonly string[] {
  const names = new Set<string>();
  if (typeof dim === "string") collectNames(polynomialOf(dim), names);
  return [...names];
}

/** a + b, as a number or a canonical expression. */
export function addDims(a: Dim, b: Dim): Dim {
  return typeof a === "number" && typeof b === "number" ? a + b : dimOf(add(polynomialOf(a), polynomialOf(b)));
}

/** a - b, as a number or a canonical expression. */
export function subDims(a: Dim, b: Dim): Dim {
  return typeof a === "number" && typeof b === "number" ? a - b : dimOf(subtract(polynomialOf(a), polynomialOf(b)));
}

/** a * b, as a number or a canonical expression. */
export function mulDims(a: Dim, b: Dim): Dim {
  return typeof a === "number" && typeof b === "number" ? a * b + 0 : dimOf(multiply(polynomialOf(a), polynomialOf(b)));
}

/** -a, as a number or a canonical expression. */
export function negDim(a: Dim): Dim {
  return typeof a === "number" ? 0 - a : dimOf(negate(polynomialOf(a)));
}

/** a / b where that is an expression (a fraction such as "n/2" too), undefined otherwise and for b = 0. */
export function divDims(a: Dim, b: Dim): Dim | undefined {
  if (b === 0) return undefined;
  if (typeof a === "number" && typeof b === "number") return a / b;
  const quotient = divide(polynomialOf(a), polynomialOf(b));
  return quotient && dimOf(quotient);
}

/** The largest integer not above a / b, for b > 0. Division by zero gives a dimension nobody knows. */
export function floorDivDims(a: Dim, b: Dim): Dim {
  if (b === 0) return dimOf(opaque(`${a}/0`));
  if (typeof a === "number" && typeof b === "number") return Math.floor(a / b) + 0;
  return dimOf(floorDivide(polynomialOf(a), polynomialOf(b)));
}

/** The smallest integer not below a / b, for b > 0. Division by zero gives a dimension nobody knows. */
export function ceilDivDims(a: Dim, b: Dim): Dim {
  const shift = typeof b === "number" && Number.isInteger(b) && b > 0 && isIntegralDim(a);
  return shift ? floorDivDims(addDims(a, b - 1), b) : negDim(floorDivDims(negDim(a), b));
}

/** a - b * floor(a / b), for b > 0. Division by zero gives a dimension nobody knows. */
export function modDims(a: Dim, b: Dim): Dim {
  return b === 0 ? floorDivDims(a, b) : subDims(a, mulDims(b, floorDivDims(a, b)));
}

/** The largest integer not above a fraction. */
export function floorDim(a: Dim): Dim {
  return typeof a === "number" ? Math.floor(a) : dimOf(floor(polynomialOf(a)));
}

/** The smallest integer not below a fraction. */
export function ceilDim(a: Dim): Dim {
  if (typeof a === "number") return Math.ceil(a) + 0;
  const { denominator } = polynomialOf(a);
  return floorDim(addDims(a, (denominator - 1) / denominator));
}

/** The smaller of two dimensions; an expression where that depends on symbols. */
export function minDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return Math.min(a, b);
  return dimOf(extreme("min", [polynomialOf(a), polynomialOf(b)]));
}

/** The larger of two dimensions; an expression where that depends on symbols. */
export function maxDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return Math.max(a, b);
  return dimOf(extreme("max", [polynomialOf(a), polynomialOf(b)]));
}

/** Whether two dimensions are certainly equal. */
export function sameDim(a: Dim, b: Dim): boolean {
  return a === b || (typeof a === "string" && typeof b === "string" && polynomialOf(a).text === polynomialOf(b).text);
}

/** Whether two shapes are certainly equal. */
export function sameDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]!));
}

/** Whether the value is certainly an integer. */
export function isIntegralDim(dim: Dim): boolean {
  return typeof dim === "number" ? Number.isInteger(dim) : polynomialOf(dim).denominator === 1;
}

/** What is certain about the value: [low, high], infinite where nothing is. */
export function boundsOfDim(dim: Dim): Interval {
  if (typeof dim === "number") return [dim, dim];
  const p = polynomialOf(dim);
  return [lowerBound(p), Math.min(intervalOf(p)[1], -lowerBound(negate(p)))];
}

/** -1, 0 or 1 where a <= b, a = b or a >= b is certain; undefined where nothing is. */
export function compareDims(a: Dim, b: Dim): -1 | 0 | 1 | undefined {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  return order(polynomialOf(a), polynomialOf(b));
}

/** Number of elements of a shape; 1 for a scalar. */
export function productOfDims(shape: readonly Dim[]): Dim {
  return shape.reduce(mulDims, 1);
}

export function sumOfDims(dims: readonly Dim[]): Dim {
  return dims.reduce(addDims, 0);
}

/**
 * One dimension of a broadcast: both are equal or one is 1, so it is the larger one.
 * Two different numbers, neither of them 1, give undefined: the model is wrong.
 */
export function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === 1 || sameDim(a, b)) return b;
  if (b === 1) return a;
  if (typeof a === "number") return typeof b === "number" ? undefined : a;
  return typeof b === "number" ? b : maxDims(a, b);
}

/** The shape that numpy broadcasting gives, aligned at the last axis; undefined where it can't. */
export function broadcastDims(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const dim = broadcastDim(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1);
    if (dim === undefined) return undefined;
    shape.push(dim);
  }
  return shape;
}

/** The value under the bindings, undefined where a name has none. */
export function evaluateDim(dim: Dim, bindings: DimBindings): number | undefined {
  if (typeof dim === "number") return dim;
  const lookup =
    bindings instanceof Map ? (name: string) => bindings.get(name) as number | undefined : recordLookup(bindings);
  return evaluate(polynomialOf(dim), lookup);
}

/** The dimension with some names replaced by dimensions. */
export function substituteDim(dim: Dim, replacements: ReadonlyMap<string, Dim>): Dim {
  if (typeof dim === "number" || replacements.size === 0) return dim;
  return dimOf(substitute(polynomialOf(dim), replacements));
}

type Lookup = (name: string) => number | undefined;

function recordLookup(bindings: DimBindings): Lookup {
  const record = bindings as Readonly<Record<string, number>>;
  return (name) => (Object.hasOwn(record, name) ? record[name] : undefined);
}

function evaluate({ terms, denominator }: Polynomial, lookup: Lookup): number | undefined {
  let sum = 0;
  for (const { coefficient, factors } of terms) {
    let product = coefficient;
    for (const { atom, power } of factors) {
      const value = evaluateAtom(atom, lookup);
      if (value === undefined) return undefined;
      product *= value ** power;
    }
    sum += product;
  }
  return sum / denominator + 0;
}

function evaluateAtom(atom: Atom, lookup: Lookup): number | undefined {
  if (atom.kind === "name") return lookup(atom.name);
  if (atom.kind === "floor") {
    const over = evaluate(atom.over, lookup);
    const by = evaluate(atom.by, lookup);
    return over === undefined || by === undefined || by === 0 ? undefined : Math.floor(over / by);
  }
  const parts = atom.of.map((part) => evaluate(part, lookup));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return atom.kind === "min" ? Math.min(...parts) : Math.max(...parts);
}

function substitute({ terms, denominator }: Polynomial, replacements: ReadonlyMap<string, Dim>): Polynomial {
  let sum = constant(0);
  for (const { coefficient, factors } of terms) {
    let product = constant(coefficient);
    for (const { atom, power } of factors) {
      const value = substituteAtom(atom, replacements);
      for (let i = 0; i < power; i++) product = multiply(product, value);
    }
    sum = add(sum, product);
  }
  return divide(sum, constant(denominator)) ?? sum;
}

function substituteAtom(atom: Atom, replacements: ReadonlyMap<string, Dim>): Polynomial {
  if (atom.kind === "name") {
    const replacement = replacements.get(atom.name);
    return replacement === undefined ? ofAtom(atom) : polynomialOf(replacement);
  }
  if (atom.kind !== "floor")
    return extreme(
      atom.kind,
      atom.of.map((part) => substitute(part, replacements)),
    );
  const by = substitute(atom.by, replacements);
  return by.terms.length === 0 ? ofAtom(atom) : floorDivide(substitute(atom.over, replacements), by);
}

function collectNames({ terms }: Polynomial, names: Set<string>): void {
  for (const { atom } of terms.flatMap(({ factors }) => factors)) {
    if (atom.kind === "name") names.add(atom.name);
    else for (const part of atom.kind === "floor" ? [atom.over, atom.by] : atom.of) collectNames(part, names);
  }
}

/** min or max: nested ones are flattened, and what another part certainly beats is dropped. */
function extreme(kind: "min" | "max", parts: readonly Polynomial[]): Polynomial {
  const flat = [...new Map(parts.flatMap((part) => nested(kind, part)).map((part) => [part.text, part])).values()];
  const kept = flat.length > MAX_COMPARED ? flat : strongest(kind, flat);
  if (kept.length === 1) return kept[0]!;
  const of = kept.toSorted((a, b) => (a.text < b.text ? -1 : 1));
  return ofAtom({ kind, of, text: `${kind}(${of.map(({ text }) => text).join(",")})` });
}

/** Beyond this many parts comparing each with each takes too long. */
const MAX_COMPARED = 8;

function strongest(kind: "min" | "max", parts: readonly Polynomial[]): readonly Polynomial[] {
  return parts.reduce<readonly Polynomial[]>((kept, part) => {
    if (kept.some((other) => beats(kind, other, part))) return kept;
    return [...kept.filter((other) => !beats(kind, part, other)), part];
  }, []);
}

function nested(kind: "min" | "max", part: Polynomial): readonly Polynomial[] {
  const atom = part.terms[0]?.factors[0]?.atom;
  return atom?.kind === kind && atom.text === part.text ? atom.of : [part];
}

function beats(kind: "min" | "max", winner: Polynomial, loser: Polynomial): boolean {
  const sign = order(winner, loser);
  return sign === 0 || sign === (kind === "min" ? -1 : 1);
}

/** Parsed dimensions; the cache is emptied when it is full, so it stays small on any input. */
const parsed = new Map<string, Polynomial>();
const MAX_PARSED = 4096;

function polynomialOf(dim: Dim): Polynomial {
  if (typeof dim === "number") return rational(dim);
  const known = parsed.get(dim);
  if (known !== undefined) return known;
  const p = parse(dim, extreme) ?? named(dim);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(dim, p);
  return p;
}

/** A number as a fraction of integers: exact for every double that is not tiny. */
function rational(value: number): Polynomial {
  let denominator = 1;
  while (!Number.isInteger(value * denominator) && denominator < 2 ** 40) denominator *= 2;
  return divide(constant(value * denominator), constant(denominator)) ?? constant(value);
}

function dimOf(p: Polynomial): Dim {
  const value = constantOf(p);
  if (value !== undefined) return value;
  if (!parsed.has(p.text) && parsed.size < MAX_PARSED) parsed.set(p.text, p);
  return p.text;
}
