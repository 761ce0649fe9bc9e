// Polynomials over atoms: how symbolic dimensions are computed. Coefficients are integers over one common
// denominator; an atom is a name or one of floor(a/b), min(...) and max(...), all of them integer-valued.
// Equal polynomials have equal text: terms are in graded lexicographic order, fractions are reduced, and
// what would grow without bound becomes one opaque name.

/** What a term multiplies. `text` is canonical and identifies the atom. */
export type Atom =
  | { readonly kind: "name"; readonly name: string; readonly text: string }
  | { readonly kind: "floor"; readonly over: Polynomial; readonly by: Polynomial; readonly text: string }
  | { readonly kind: "min" | "max"; readonly of: readonly Polynomial[]; readonly text: string };

export interface Factor {
  readonly atom: Atom;
  readonly power: number;
}

export interface Term {
  readonly coefficient: number;
  /** Sorted by the text of the atom. */
  readonly factors: readonly Factor[];
}

export interface Polynomial {
  readonly terms: readonly Term[];
  /** Positive; shares no divisor with all the coefficients. */
  readonly denominator: number;
  readonly text: string;
}

const MAX_TERMS = 48;
const MAX_TEXT = 2000;
const MAX_POWER = 16;

export function constant(value: number): Polynomial {
  return polynomial(value === 0 ? [] : [{ coefficient: value, factors: [] }], 1);
}

export function ofAtom(atom: Atom): Polynomial {
  return polynomial([{ coefficient: 1, factors: [{ atom, power: 1 }] }], 1);
}

export const zero = constant(0);
export const one = constant(1);

/** The value of a polynomial without atoms. */
export function constantOf(p: Polynomial): number | undefined {
  if (p.terms.length === 0) return 0;
  const [term] = p.terms;
  return p.terms.length === 1 && term!.factors.length === 0 ? term!.coefficient / p.denominator : undefined;
}

export function add(a: Polynomial, b: Polynomial): Polynomial {
  const denominator = lcm(a.denominator, b.denominator);
  const scaled = [...scaleTerms(a, denominator), ...scaleTerms(b, denominator)];
  return collect(scaled, denominator);
}

export function negate(p: Polynomial): Polynomial {
  return polynomial(
    p.terms.map(({ coefficient, factors }) => ({ coefficient: -coefficient, factors })),
    p.denominator,
  );
}

export function subtract(a: Polynomial, b: Polynomial): Polynomial {
  return add(a, negate(b));
}

export function multiply(a: Polynomial, b: Polynomial): Polynomial {
  if (a.terms.length * b.terms.length > MAX_TERMS * MAX_TERMS) return opaque(`(${a.text})*(${b.text})`);
  const terms = a.terms.flatMap((x) => b.terms.map((y) => multiplyTerms(x, y)));
  return collect(terms, a.denominator * b.denominator);
}

/** a / b where that is a polynomial again, by division with remainder; undefined otherwise. */
export function divide(a: Polynomial, b: Polynomial): Polynomial | undefined {
  const [lead] = b.terms;
  if (lead === undefined) return undefined;
  let rest = a;
  let quotient = zero;
  for (let step = 0; rest.terms.length > 0; step++) {
    const term = divideTerms(rest.terms[0]!, lead);
    if (term === undefined || step > MAX_TERMS) return undefined;
    const divisor = rest.denominator * lead.coefficient;
    const coefficient = term.coefficient * b.denominator * Math.sign(divisor);
    const part = collect([{ ...term, coefficient }], Math.abs(divisor));
    quotient = add(quotient, part);
    rest = subtract(rest, multiply(part, b));
  }
  return quotient;
}

/** The integer part of a / b, for b > 0. */
export function floorDivide(a: Polynomial, b: Polynomial): Polynomial {
  const exact = divide(a, b);
  if (exact !== undefined) return floor(exact);
  const [top, bottom] = cancel(a, b);
  const divisor = constantOf(bottom);
  if (divisor !== undefined) return floor(divide(top, bottom) ?? top);
  const whole = top.terms.map((term) => wholePart(term, top, bottom)).reduce(add, zero);
  const rest = subtract(top, multiply(whole, bottom));
  return add(whole, floorAtom(rest, bottom));
}

/** The integer quotient of one term by a divisor of one term. */
function wholePart(term: Term, { denominator }: Polynomial, by: Polynomial): Polynomial {
  const quotient = divide(collect([term], denominator), by);
  if (quotient === undefined || by.terms.length > 1) return zero;
  const [only] = quotient.terms;
  return only === undefined
    ? zero
    : collect([{ ...only, coefficient: Math.floor(only.coefficient / quotient.denominator) }], 1);
}

/** The largest integer that is not above the polynomial. */
export function floor(p: Polynomial): Polynomial {
  const { denominator, terms } = p;
  if (denominator === 1) return p;
  const value = constantOf(p);
  if (value !== undefined) return constant(Math.floor(value));
  const whole = collect(
    terms.map((term) => ({ ...term, coefficient: Math.floor(term.coefficient / denominator) })),
    1,
  );
  const rest = collect(
    terms.map((term) => ({ ...term, coefficient: modulo(term.coefficient, denominator) })),
    1,
  );
  return add(whole, floorOfRest(rest, denominator));
}

/** floor(rest / by) where every coefficient lies in [0, by). */
function floorOfRest(rest: Polynomial, by: number): Polynomial {
  const moving = rest.terms.filter(({ factors }) => factors.length > 0);
  if (moving.length === 0) return zero;
  const shared = moving.reduce((divisor, term) => gcd(divisor, term.coefficient), by);
  // floor((g*x + c) / (g*d)) = floor((x + floor(c/g)) / d) for integers
  const terms = rest.terms.map((term) => ({ ...term, coefficient: Math.floor(term.coefficient / shared) }));
  const reduced = collect(terms, 1);
  const divisor = by / shared;
  if (divisor === 1) return reduced;
  return unnest(reduced, divisor) ?? floorAtom(reduced, constant(divisor));
}

/** floor((floor(x/a) + c) / b) = floor((x + a*c) / (a*b)) */
function unnest(p: Polynomial, by: number): Polynomial | undefined {
  const [first, shift] = p.terms;
  if (p.terms.length > 2 || (shift && shift.factors.length > 0)) return undefined;
  const [factor] = first!.factors;
  if (first!.coefficient !== 1 || first!.factors.length !== 1 || factor!.power !== 1) return undefined;
  const { atom } = factor!;
  if (atom.kind !== "floor") return undefined;
  const over = add(atom.over, multiply(atom.by, constant(shift?.coefficient ?? 0)));
  return floorDivide(over, multiply(atom.by, constant(by)));
}

function floorAtom(over: Polynomial, by: Polynomial): Polynomial {
  if (over.terms.length === 0) return zero;
  const text = `floor(${enclose(over)}/${encloseDivisor(by)})`;
  return ofAtom({ kind: "floor", over, by, text });
}

/** Removes what all terms of both have in common. */
function cancel(a: Polynomial, b: Polynomial): readonly [Polynomial, Polynomial] {
  const all = [
    ...scaleTerms(a, lcm(a.denominator, b.denominator)),
    ...scaleTerms(b, lcm(a.denominator, b.denominator)),
  ];
  const coefficient = all.reduce((divisor, term) => gcd(divisor, term.coefficient), 0);
  const factors = all[0]!.factors
    .map(({ atom }) => ({ atom, power: Math.min(...all.map((term) => powerOf(term, atom))) }))
    .filter(({ power }) => power > 0);
  const common = collect([{ coefficient, factors }], lcm(a.denominator, b.denominator));
  return [divide(a, common) ?? a, divide(b, common) ?? b];
}

export function powerOf(term: Term, atom: Atom): number {
  return term.factors.find((factor) => factor.atom.text === atom.text)?.power ?? 0;
}

/** How names begin that stand for what is too large to carry along. */
export const OPAQUE = "?expression.";

/** An atom nobody can look into. */
export function opaque(text: string): Polynomial {
  const name = `${OPAQUE}${fingerprint(text)}`;
  return ofAtom({ kind: "name", name, text: name });
}

function collect(terms: readonly Term[], denominator: number): Polynomial {
  const byKey = new Map<string, Term>();
  for (const term of terms) {
    const key = term.factors.map(({ atom, power }) => `${atom.text}^${power}`).join("*");
    const coefficient = term.coefficient + (byKey.get(key)?.coefficient ?? 0);
    byKey.set(key, { coefficient, factors: term.factors });
  }
  const kept = [...byKey.values()].filter(({ coefficient }) => coefficient !== 0).sort(compareTerms);
  const shared = kept.reduce((divisor, { coefficient }) => gcd(divisor, coefficient), denominator);
  return polynomial(
    kept.map(({ coefficient, factors }) => ({ coefficient: coefficient / shared, factors })),
    kept.length === 0 ? 1 : denominator / shared,
  );
}

function polynomial(terms: readonly Term[], denominator: number): Polynomial {
  const symbolic = terms.some(({ factors }) => factors.length > 0);
  const text = print(terms, denominator);
  const exact = Number.isSafeInteger(denominator) && terms.every(isExact);
  if (symbolic && (!exact || terms.length > MAX_TERMS || text.length > MAX_TEXT)) return opaque(text);
  return { terms, denominator, text };
}

function isExact({ coefficient, factors }: Term): boolean {
  return Number.isSafeInteger(coefficient) && factors.every(({ power }) => power <= MAX_POWER);
}

function scaleTerms(p: Polynomial, denominator: number): readonly Term[] {
  const by = denominator / p.denominator;
  return p.terms.map(({ coefficient, factors }) => ({ coefficient: coefficient * by, factors }));
}

function multiplyTerms(a: Term, b: Term): Term {
  const factors = [...a.factors.map((factor) => ({ ...factor, power: factor.power + powerOf(b, factor.atom) }))];
  for (const factor of b.factors) if (powerOf(a, factor.atom) === 0) factors.push(factor);
  factors.sort((x, y) => (x.atom.text < y.atom.text ? -1 : 1));
  return { coefficient: a.coefficient * b.coefficient, factors };
}

/** The factors of a that remain after those of b are taken out, with the coefficient of a. */
function divideTerms(a: Term, b: Term): Term | undefined {
  if (b.factors.some(({ atom, power }) => powerOf(a, atom) < power)) return undefined;
  const factors = a.factors
    .map(({ atom, power }) => ({ atom, power: power - powerOf(b, atom) }))
    .filter(({ power }) => power > 0);
  return { coefficient: a.coefficient, factors };
}

/** Graded lexicographic order, largest first: compatible with multiplication, as division needs. */
function compareTerms(a: Term, b: Term): number {
  const degree = degreeOf(b) - degreeOf(a);
  if (degree !== 0) return degree;
  for (let i = 0; i < a.factors.length; i++) {
    const x = a.factors[i]!;
    const y = b.factors[i];
    if (y === undefined || x.atom.text < y.atom.text) return -1;
    if (x.atom.text > y.atom.text) return 1;
    if (x.power !== y.power) return y.power - x.power;
  }
  return 0;
}

function degreeOf(term: Term): number {
  return term.factors.reduce((sum, { power }) => sum + power, 0);
}

function print(terms: readonly Term[], denominator: number): string {
  const sum = terms.map(printTerm).join("").replace(/^\+/, "") || "0";
  if (denominator === 1) return sum;
  return terms.length > 1 ? `(${sum})/${denominator}` : `${sum}/${denominator}`;
}

function printTerm({ coefficient, factors }: Term): string {
  const sign = coefficient < 0 ? "-" : "+";
  const size = Math.abs(coefficient);
  const names = factors.flatMap(({ atom, power }) => Array<string>(power).fill(atom.text));
  return sign + (size === 1 && names.length > 0 ? names : [String(size), ...names]).join("*");
}

function enclose(p: Polynomial): string {
  return p.terms.length > 1 || p.denominator > 1 ? `(${p.text})` : p.text;
}

function encloseDivisor(p: Polynomial): string {
  const bare = p.terms.length === 1 && p.denominator === 1 && (constantOf(p) !== undefined || /^[^*]*$/.test(p.text));
  return bare ? p.text : `(${p.text})`;
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b;
}

function modulo(a: number, by: number): number {
  return a - by * Math.floor(a / by);
}

/** FNV-1a, twice with different seeds: 64 bits. */
function fingerprint(text: string): string {
  return [0x811c9dc5, 0x01000193].map((seed) => hash32(text, seed).toString(16).padStart(8, "0")).join("");
}

function hash32(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
