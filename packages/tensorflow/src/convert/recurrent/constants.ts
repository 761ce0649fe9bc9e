// The constants of a cell: what comes in unchanged from around the loop, and parts of it that the cell cuts out in every
// round (Keras: recurrent_kernel[:, :2 * units], unstack(bias)).

import { type GraphBuilder } from "@tersor/core";
import type { TensorFlowFunction, TensorFlowNode } from "../../graphdef/graph.ts";
import { slice } from "../building.ts";
import type { Role } from "../control/loop-plan.ts";
import { indexOf, nodeNameOf, throughIdentities, type Makers } from "../control/order.ts";
import { filledSizes, type Factor } from "./affine.ts";

/** Numbers with their shape. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Biases are read, weights are not: more numbers than any bias has are no constant here. */
const MOST_NUMBERS = 1 << 17;
const MAX_DEPTH = 8;

/** The constants of the body of a loop. */
export class Constants {
  readonly #body: TensorFlowFunction;
  readonly #roles: readonly Role[];
  readonly #inputs: readonly string[];
  readonly #makers: Makers;
  readonly #to: GraphBuilder;

  constructor(
    body: TensorFlowFunction,
    roles: readonly Role[],
    inputs: readonly string[],
    makers: Makers,
    to: GraphBuilder,
  ) {
    this.#body = body;
    this.#roles = roles;
    this.#inputs = inputs;
    this.#makers = makers;
    this.#to = to;
  }

  /** The ONNX value that comes in unchanged under this name. */
  outside(tensor: string): string | undefined {
    const own = throughIdentities(tensor, this.#makers);
    const place = this.#body.inputs.findIndex((input) => input.tensor === own);
    return this.#roles[place]?.kind === "unchanged" ? this.#inputs[place] : undefined;
  }

  /** The numbers of a small constant, or of a part of one. */
  numbers(tensor: string, depth = 0): Numbers | undefined {
    const own = throughIdentities(tensor, this.#makers);
    const outer = this.outside(own);
    if (outer !== undefined) return this.#known(outer);
    const node = this.#makers.get(nodeNameOf(own));
    const value = node?.op === "Const" ? node.attributes["value"] : undefined;
    if (value?.kind === "tensor") return numbersIn(value.value.shape, () => value.value.tensor().data);
    const cut = node && depth < MAX_DEPTH ? this.#cut(node, indexOf(own)) : undefined;
    const whole = cut && this.numbers(cut.value, depth + 1);
    return whole && cutNumbers(whole, cut.of(whole.shape));
  }

  /** A matrix, or a part of one. */
  factor(tensor: string, depth = 0): Factor | undefined {
    const own = throughIdentities(tensor, this.#makers);
    const outer = this.outside(own);
    if (outer !== undefined) return factorOf(this.#to, outer);
    const node = this.#makers.get(nodeNameOf(own));
    const value = node?.op === "Const" ? node.attributes["value"] : undefined;
    if (value?.kind === "tensor" && value.value.dtype === "float32")
      return factorOf(this.#to, this.#to.weight(node!.name, value.value));
    const cut = node && depth < MAX_DEPTH ? this.#cut(node, indexOf(own)) : undefined;
    const whole = cut && this.factor(cut.value, depth + 1);
    const ranges = whole && cut.of([whole.rows, whole.columns]);
    if (ranges?.some(({ dropped }) => dropped)) return undefined;
    return ranges?.reduce<Factor>((part, { start, end }, axis) => part.part(axis === 0 ? 0 : 1, start, end), whole!);
  }

  #known(value: string): Numbers | undefined {
    const shape = this.#to.shape(value);
    if (!shape?.every((dim) => typeof dim === "number") || elementCount(shape) > MOST_NUMBERS) return undefined;
    const known = this.#to.known(value);
    return known && numbersIn(known.shape, () => known.data);
  }

  #cut(node: TensorFlowNode, output: number): Cut | undefined {
    const list = (input: number): readonly number[] | undefined => {
      const tensor = node.inputs[input];
      return tensor === undefined ? undefined : this.numbers(tensor, MAX_DEPTH)?.numbers;
    };
    return cuts[node.op]?.(node, output, list);
  }
}

/** What a part takes of each axis. */
interface Range {
  readonly start: number;
  readonly end: number;
  /** The axis goes: one index of it is taken. */
  readonly dropped: boolean;
}

interface Cut {
  readonly value: string;
  of(shape: readonly number[]): readonly Range[] | undefined;
}

type CutOf = (
  node: TensorFlowNode,
  output: number,
  list: (input: number) => readonly number[] | undefined,
) => Cut | undefined;

const cuts: Readonly<Record<string, CutOf>> = {
  Unpack: ({ inputs, attributes }, output) => ({
    value: inputs[0]!,
    of: (shape) => onAxis(shape, intOf(attributes, "axis", 0), () => [output, output + 1], true),
  }),
  Split: ({ inputs, attributes }, output, list) => ({
    value: inputs[1]!,
    of: (shape) => {
      const parts = intOf(attributes, "num_split", 1);
      return onAxis(shape, list(0)?.[0], (size) => [(output * size) / parts, ((output + 1) * size) / parts]);
    },
  }),
  SplitV: ({ inputs }, output, list) => ({
    value: inputs[0]!,
    of: (shape) =>
      onAxis(shape, list(2)?.[0], (size) => {
        const sizes = filledSizes(list(1), size) ?? [];
        const start = sizes.slice(0, output).reduce((a, b) => a + b, 0);
        return [start, start + (sizes[output] ?? NaN)];
      }),
  }),
  StridedSlice: ({ inputs, attributes }, _, list) => {
    const [begin, end, strides] = [list(1), list(2), list(3)];
    const isPlain = ["ellipsis_mask", "new_axis_mask"].every((mask) => intOf(attributes, mask, 0) === 0);
    if (!begin || !end || !strides?.every((stride) => stride === 1) || !isPlain) return undefined;
    const bit = (mask: string, axis: number): boolean => ((intOf(attributes, mask, 0) >> axis) & 1) === 1;
    const place = (at: number, size: number): number => Math.min(size, Math.max(0, at < 0 ? at + size : at));
    return {
      value: inputs[0]!,
      of: (shape) =>
        shape.map((size, axis) => {
          if (axis >= begin.length) return { start: 0, end: size, dropped: false };
          const start = bit("begin_mask", axis) ? 0 : place(begin[axis]!, size);
          if (bit("shrink_axis_mask", axis)) return { start, end: start + 1, dropped: true };
          return { start, end: bit("end_mask", axis) ? size : place(end[axis]!, size), dropped: false };
        }),
    };
  },
};

function intOf(attributes: TensorFlowNode["attributes"], name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.kind === "int" ? attribute.value : otherwise;
}

function onAxis(
  shape: readonly number[],
  axis: number | undefined,
  range: (size: number) => readonly [number, number],
  dropped = false,
): readonly Range[] | undefined {
  const at = axis !== undefined && axis < 0 ? axis + shape.length : axis;
  const size = at === undefined ? undefined : shape[at];
  if (size === undefined) return undefined;
  const [start, end] = range(size);
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > size) return undefined;
  return shape.map((each, i) => (i === at ? { start, end, dropped } : { start: 0, end: each, dropped: false }));
}

function numbersIn(shape: readonly number[], data: () => ArrayLike<unknown>): Numbers | undefined {
  return elementCount(shape) > MOST_NUMBERS ? undefined : { shape, numbers: Array.from(data(), Number) };
}

function cutNumbers({ shape, numbers }: Numbers, ranges: readonly Range[] | undefined): Numbers | undefined {
  if (ranges === undefined) return undefined;
  // From the last axis on, each row of the axes behind is either kept or not.
  let kept = numbers;
  for (let axis = shape.length - 1, inner = 1; axis >= 0; axis--) {
    const { start, end } = ranges[axis]!;
    const size = shape[axis]!;
    kept = kept.filter((_, i) => {
      const at = Math.floor(i / inner) % size;
      return at >= start && at < end;
    });
    inner *= end - start;
  }
  const sizes = ranges.filter(({ dropped }) => !dropped).map(({ start, end }) => end - start);
  return { shape: sizes, numbers: kept };
}

function factorOf(to: GraphBuilder, name: string): Factor | undefined {
  const [rows, columns, ...more] = to.shape(name) ?? [];
  if (typeof rows !== "number" || typeof columns !== "number" || more.length > 0) return undefined;
  return window(to, name, [0, rows, 0, columns], [rows, columns]);
}

/** Rows and columns [first, last) of a matrix of this shape. */
function window(
  to: GraphBuilder,
  name: string,
  [top, bottom, left, right]: readonly [number, number, number, number],
  shape: readonly [number, number],
): Factor {
  return {
    rows: bottom - top,
    columns: right - left,
    build: () => {
      const rows = bottom - top === shape[0] ? name : slice(to, name, { axis: 0, start: top, end: bottom });
      return right - left === shape[1] ? rows : slice(to, rows, { axis: 1, start: left, end: right });
    },
    part: (axis, start, end) =>
      axis === 0
        ? window(to, name, [top + start, top + end, left, right], shape)
        : window(to, name, [top, bottom, left + start, left + end], shape),
  };
}
