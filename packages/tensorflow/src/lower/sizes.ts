// Sizes as tensors: constant where they are numbers, else computed from the sizes of the graph's inputs when it runs.

import { evaluateDim, namesOfDim, type Dim } from "@tersor/core";
import type { Lowering } from "./context.ts";
import { attr, attributeShape } from "./emitter.ts";
import { refuse } from "./refusal.ts";

const int32 = { T: attr.type("int32") };
const scalar = { dtype: "int32", shape: [] } as const;

type Sizes = Pick<Lowering, "to" | "named">;

/** Sizes for a Reshape: -1 stands for the one that follows from the others. */
export function sizesOf(shape: readonly Dim[], lowering: Sizes): string {
  const open = shape.filter((dim) => typeof dim !== "number");
  return open.length < 2 ? lowering.to.ints(attributeShape(shape)) : exactSizesOf(shape, lowering);
}

/** Sizes, or other numbers, each with its value. */
export function exactSizesOf(shape: readonly Dim[], lowering: Sizes): string {
  const { to } = lowering;
  if (shape.every((dim) => typeof dim === "number")) return to.ints(shape);
  const parts = shape.map((dim) => sizeOf(dim, lowering));
  const attributes = { ...int32, N: attr.int(parts.length), axis: attr.int(0) };
  return to.add("Pack", parts, attributes, { dtype: "int32", shape: [parts.length] });
}

/** One size: a number, or a sum of products of named sizes. */
function sizeOf(dim: Dim, lowering: Sizes): string {
  const { to } = lowering;
  if (typeof dim === "number") return to.scalar("int32", dim);
  const terms = termsOf(dim) ?? unknownSize(dim);
  const summands = terms.map(({ factor, names }) => {
    const product = names
      .map((name) => namedSize(name, lowering))
      .reduce((a, b) => to.add("Mul", [a, b], int32, scalar));
    return factor === 1 ? product : to.add("Mul", [product, to.scalar("int32", factor)], int32, scalar);
  });
  const constant = evaluateDim(dim, allAt(namesOfDim(dim), 0)) ?? 0;
  const all = constant === 0 ? summands : [...summands, to.scalar("int32", constant)];
  return all.reduce((a, b) => to.add("AddV2", [a, b], int32, scalar));
}

/** One product of different names. */
interface Term {
  readonly factor: number;
  readonly names: readonly string[];
}

const MOST_NAMES = 4;
/** Points at which the terms are held against the expression. */
const probes = [2, 3, 5, 7, 11, 13];

/** The expression as a sum of terms, besides its constant; undefined where it is none (a quotient, a maximum). */
function termsOf(dim: Dim): readonly Term[] | undefined {
  const names = namesOfDim(dim);
  if (names.length > MOST_NAMES) return undefined;
  const subsets = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_, i) => (bits >> i) & 1));
  const terms = subsets
    .slice(1)
    .map((subset) => ({ names: subset, factor: factorOf(dim, names, subset) }))
    .filter(({ factor }) => factor !== 0);
  const constant = evaluateDim(dim, allAt(names, 0)) ?? 0;
  const value = (at: ReadonlyMap<string, number>) =>
    terms.reduce(
      (sum, term) => sum + term.names.reduce((product, name) => product * at.get(name)!, term.factor),
      constant,
    );
  const fits = probes.every((probe) => {
    const at = new Map(names.map((name, i) => [name, probe + 4 * i]));
    return evaluateDim(dim, at) === value(at);
  });
  return fits && terms.length > 0 && terms.every(({ factor }) => Number.isInteger(factor)) ? terms : undefined;
}

/** The factor of a product of names, from the values where each is 0 or 1 (inclusion and exclusion). */
function factorOf(dim: Dim, names: readonly string[], subset: readonly string[]): number {
  let sum = 0;
  for (let bits = 0; bits < 2 ** subset.length; bits++) {
    const ones = subset.filter((_, i) => (bits >> i) & 1);
    const at = new Map(names.map((name) => [name, ones.includes(name) ? 1 : 0]));
    sum += (evaluateDim(dim, at) ?? NaN) * ((subset.length - ones.length) % 2 === 0 ? 1 : -1);
  }
  return sum;
}

function allAt(names: readonly string[], value: number): ReadonlyMap<string, number> {
  return new Map(names.map((name) => [name, value]));
}

/** The size of an input's axis. */
function namedSize(name: string, { to, named }: Sizes): string {
  const source = named.get(name) ?? unknownSize(name);
  const { dtype, shape } = to.type(source.tensor);
  const types = { T: attr.type(dtype), out_type: attr.type("int32") };
  const all = to.add("Shape", [source.tensor], types, { dtype: "int32", shape: [shape.length] });
  const bounds = [source.axis, source.axis + 1, 1].map((at) => to.ints([at]));
  const attributes = { ...int32, Index: attr.type("int32"), shrink_axis_mask: attr.int(1) };
  return to.add("StridedSlice", [all, ...bounds], attributes, scalar);
}

function unknownSize(dim: Dim): never {
  return refuse(`the size ${dim} is only known when the graph runs; give shapes of the inputs`);
}
