// Reductions over axes: ReduceSum and its nine kin, ArgMax, ArgMin (https://onnx.ai/onnx/operators/onnx__ReduceSum.html).
// `axes` moved from attribute to input at 13 (ReduceSum) and 18 (the others); noop_with_empty_axes came with it.

import { addDims, maxDims, minDims, mulDims, type Dim } from "../graph/dim.ts";
import { isInteger } from "../tensor/dtype.ts";
import {
  defineOp,
  flag,
  int,
  ints,
  type Elements,
  type QuantizationTrait,
  type RuleContext,
  type ShapedInput,
} from "./define.ts";
import { flatIndex, indices, isExactFloat, numbersOfElements, rounded, type Element } from "./elements.ts";
import { axesOf, axisOf, numbersIn } from "./known.ts";

interface ReduceAttributes {
  readonly axes: readonly number[] | undefined;
  readonly keepdims: boolean;
  readonly noop_with_empty_axes: boolean;
}

/** Reduces the elements of one group, or undefined when the result is not known. */
type Formula = (elements: readonly Dim[], integer: boolean) => Dim | undefined;

interface Row {
  readonly since: readonly number[];
  readonly quantization: QuantizationTrait<unknown>;
  readonly formula?: Formula;
}

const selects: QuantizationTrait<unknown> = { kind: "transparent", data: 0 };
const computes: QuantizationTrait<unknown> = { kind: "float", why: "runtimes have no INT8 kernel for this reduction" };

const table: Readonly<Record<string, Row>> = {
  ReduceL1: { since: [1, 11, 13, 18], quantization: computes },
  ReduceL2: { since: [1, 11, 13, 18], quantization: computes },
  ReduceLogSum: { since: [1, 11, 13, 18], quantization: computes },
  ReduceLogSumExp: { since: [1, 11, 13, 18], quantization: computes },
  ReduceMax: { since: [1, 11, 12, 13, 18, 20], quantization: selects, formula: selected(maxDims) },
  ReduceMean: { since: [1, 11, 13, 18], quantization: computes, formula: mean },
  ReduceMin: { since: [1, 11, 12, 13, 18, 20], quantization: selects, formula: selected(minDims) },
  ReduceProd: { since: [1, 11, 13, 18], quantization: computes, formula: accumulated(mulDims) },
  ReduceSum: { since: [1, 11, 13], quantization: computes, formula: accumulated(addDims) },
  ReduceSumSquare: { since: [1, 11, 13, 18], quantization: computes },
};

const attributes = { axes: ints(), keepdims: flag(true), noop_with_empty_axes: flag() } as const;

export const reductions = Object.entries(table).map(([type, row]) => reduction(type, row));

function reduction(type: string, { since, quantization, formula }: Row) {
  return defineOp<typeof attributes>({
    type,
    since,
    attributes,
    shape: ([x, axes], values, context) => (x ? [reducedShape(x, axes, values, context)] : []),
    ...(formula && {
      fold: ([x, axes], values) => {
        const folded = x && foldReduction(x, axes, values, formula);
        return folded && [folded];
      },
    }),
    quantization,
  });
}

function argument(type: string) {
  return defineOp({
    type,
    since: [1, 11, 12, 13],
    attributes: { axis: int(0), keepdims: flag(true), select_last_index: flag() },
    types: () => ["int64"],
    shape: ([x], { axis, keepdims }) => {
      const reduced = x && axisOf(axis, x.shape.length);
      return reduced === undefined ? [] : [withoutAxes(x!.shape, [reduced], keepdims)];
    },
    quantization: { kind: "float", why: "its result is an index" },
  });
}

export const argMax = argument("ArgMax");
export const argMin = argument("ArgMin");

function reducedShape(
  x: ShapedInput,
  axesInput: ShapedInput | undefined,
  attributes: ReduceAttributes,
  context: RuleContext,
): readonly Dim[] | undefined {
  const { axes, keepdims } = attributes;
  const stated = axes ?? (axesInput ? numbersIn(axesInput) : []);
  if (stated !== undefined) {
    const chosen = chosenAxes(stated, x.shape.length, attributes);
    return chosen && withoutAxes(x.shape, chosen, keepdims);
  }
  // The axes are computed: only the rank is known.
  const count = axesInput?.shape[0];
  if (!keepdims && typeof count !== "number") return undefined;
  const rank = keepdims ? x.shape.length : x.shape.length - Number(count);
  return x.shape.slice(0, Math.max(0, rank)).map((_, axis) => context.unknownDim(0, axis));
}

function chosenAxes(
  stated: readonly number[],
  rank: number,
  { noop_with_empty_axes }: ReduceAttributes,
): readonly number[] | undefined {
  if (stated.length > 0) return axesOf(stated, rank);
  return noop_with_empty_axes ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function withoutAxes<D>(shape: readonly D[], axes: readonly number[], keepdims: boolean): readonly (D | 1)[] {
  return keepdims
    ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : shape.filter((_, axis) => !axes.includes(axis));
}

function foldReduction(
  x: Elements,
  axesInput: Elements | undefined,
  attributes: ReduceAttributes,
  formula: Formula,
): Elements | undefined {
  const stated = attributes.axes ?? (axesInput ? numbersOfElements(axesInput) : []);
  const chosen = stated && chosenAxes(stated, x.shape.length, attributes);
  if (!chosen) return undefined;
  const data = groups(x, chosen).map((group) => rounded(x.dtype, reduceGroup(group, isInteger(x.dtype), formula)));
  return { dtype: x.dtype, shape: withoutAxes(x.shape, chosen, attributes.keepdims), data };
}

function reduceGroup(group: readonly Element[], integer: boolean, formula: Formula): Element {
  const known = group.filter((element) => element !== null);
  return known.length < group.length || group.length === 0 ? null : (formula(known, integer) ?? null);
}

/** The elements of each output element, outputs in row-major order. */
function groups(x: Elements, axes: readonly number[]): readonly (readonly Element[])[] {
  const kept = withoutAxes(x.shape, axes, true);
  const out = indices(kept).map((): Element[] => []);
  indices(x.shape).forEach((index, flat) => {
    const place = index.map((at, axis) => (axes.includes(axis) ? 0 : at));
    out[flatIndex(place, kept)]!.push(x.data[flat] ?? null);
  });
  return out;
}

function selected(select: (a: Dim, b: Dim) => Dim): Formula {
  return (elements) => elements.reduce((a, b) => select(a, b));
}

/** Floats only where every step is exact: runtimes add in an order of their own. */
function accumulated(combine: (a: Dim, b: Dim) => Dim): Formula {
  return (elements, integer) => {
    const result = elements.reduce((a, b) => combine(a, b));
    return integer || [...elements, result].every(isExactFloat) ? result : undefined;
  };
}

function mean(elements: readonly Dim[], integer: boolean): Dim | undefined {
  const sum = accumulated(addDims)(elements, integer);
  if (typeof sum !== "number") return undefined;
  return integer ? Math.trunc(sum / elements.length) : sum / elements.length;
}
