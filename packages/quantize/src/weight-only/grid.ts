// The grid of a group: its scale and zero point, and the way from a weight to its code and back (METHODS: weight-only;
// formulas at GroupSpec). Every algorithm rounds on the same grids; they differ in how they choose them and the codes.

import { roundHalfEven } from "@tersor/core";
import type { GroupCodes, GroupSpec, WeightRows } from "./algorithm.ts";
import { codebookTable, nearestCode, sortCodes, type SortedCodes } from "./codebooks.ts";

/** Scale and zero point of a group. */
export interface GroupParameters {
  /** A float32, never zero, negative only on full-range grids. */
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The grids of a specification. */
export interface Grid {
  /** The largest code. */
  readonly top: number;
  /** Whether the zero point is free, not that of the scheme. */
  readonly shifts: boolean;
  /** Parameters that cover the values from `start` to `end`. */
  cover(values: ArrayLike<number>, start: number, end: number): GroupParameters;
  /** The code nearest to a value. */
  code(value: number, parameters: GroupParameters): number;
  /** What a code stands for. */
  value(code: number, parameters: GroupParameters): number;
  /** For values x at their nearest codes, u in units of the scale, and weights w: the sums of w x u and w u^2. */
  project(group: WeighedGroup, parameters: GroupParameters): Projection;
}

/** A group: the values from `start` to `end`, and the weight of each squared error, from 0. */
export interface WeighedGroup {
  readonly values: Float32Array | Float64Array;
  readonly start: number;
  readonly end: number;
  readonly importance: Float64Array;
}

/** Sums over a group: see `Grid.project`. */
export interface Projection {
  readonly mixed: number;
  readonly squares: number;
}

/** Smallest magnitude of a scale: below it, 1 / scale is no longer a finite float32. */
const SMALLEST_SCALE = 2 ** -126;

/** The grids of a specification. */
export function gridOf(spec: GroupSpec): Grid {
  return spec.codebook === "integer" ? integerGrid(spec) : tableGrid(codebookTable(spec.codebook));
}

function integerGrid({ bits, scheme }: GroupSpec): Grid {
  const top = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  return {
    top,
    shifts: scheme === "asymmetric",
    cover: (values, start, end) => {
      const { low, high } = extremes(values, start, end);
      if (scheme === "asymmetric") return between(low, high, top);
      const extremum = -low > high ? low : high;
      const scale = scheme === "symmetric" ? Math.abs(extremum) / (middle - 1) : -extremum / middle;
      return { scale: scaleInUse(scale), zeroPoint: middle };
    },
    code: (value, { scale, zeroPoint }) =>
      Math.max(0, Math.min(top, roundHalfEven(Math.fround(value / scale)) + zeroPoint)),
    value: (code, { scale, zeroPoint }) => (code - zeroPoint) * scale,
    project: (group, parameters) => projectIntegers(group, parameters, top),
  };
}

function projectIntegers(
  { values, start, end, importance }: WeighedGroup,
  { scale, zeroPoint }: GroupParameters,
  top: number,
): Projection {
  let mixed = 0;
  let squares = 0;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    let u = roundHalfEven(value / scale);
    if (u < -zeroPoint) u = -zeroPoint;
    else if (u > top - zeroPoint) u = top - zeroPoint;
    const weighted = importance[i - start]! * u;
    mixed += weighted * value;
    squares += weighted * u;
  }
  return { mixed, squares };
}

/** The asymmetric grid whose `top` + 1 codes reach from `low` <= 0 to `high` >= 0. */
function between(low: number, high: number, top: number): GroupParameters {
  const scale = scaleInUse((high - low) / top);
  return { scale, zeroPoint: nearestZeroPoint(-low / scale, top) };
}

/** The integer zero point nearest to a real one. */
export function nearestZeroPoint(zeroPoint: number, top: number): number {
  return Math.max(0, Math.min(top, roundHalfEven(zeroPoint)));
}

function tableGrid(table: Float32Array): Grid {
  const sorted = sortCodes(table);
  return {
    top: table.length - 1,
    shifts: false,
    cover: (values, start, end) => {
      const { low, high } = extremes(values, start, end);
      return { scale: scaleInUse(Math.max(-low, high)), zeroPoint: 0 };
    },
    code: (value, { scale }) => nearestCode(sorted, value / scale),
    value: (code, { scale }) => table[code]! * scale,
    project: (group, parameters) => projectTable(group, parameters, table, sorted),
  };
}

function projectTable(
  { values, start, end, importance }: WeighedGroup,
  { scale }: GroupParameters,
  table: Float32Array,
  sorted: SortedCodes,
): Projection {
  let mixed = 0;
  let squares = 0;
  for (let i = start; i < end; i++) {
    const u = table[nearestCode(sorted, values[i]! / scale)]!;
    const weighted = importance[i - start]! * u;
    mixed += weighted * values[i]!;
    squares += weighted * u;
  }
  return { mixed, squares };
}

/** Smallest and largest value of a group, and zero. */
function extremes(
  values: ArrayLike<number>,
  start: number,
  end: number,
): { readonly low: number; readonly high: number } {
  let low = 0;
  let high = 0;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** The scale as float32; 1 where it would be zero, not finite or too small to divide by. */
export function scaleInUse(scale: number): number {
  const rounded = Math.fround(scale);
  return Number.isFinite(rounded) && Math.abs(rounded) >= SMALLEST_SCALE ? rounded : 1;
}

/** Number of groups that a row of `inputs` falls into. */
export function groupsOf({ groupSize }: GroupSpec, inputs: number): number {
  return Math.ceil(inputs / groupSize);
}

/** Room for the codes of a panel. */
export function emptyCodes(spec: GroupSpec, { outputs, inputs }: WeightRows): Required<GroupCodes> {
  const groups = outputs * groupsOf(spec, inputs);
  return {
    codes: new Uint8Array(outputs * inputs),
    scale: new Float32Array(groups),
    zeroPoint: new Uint8Array(groups),
  };
}

/** The codes as handed out: codebooks have no zero point. */
export function finished(spec: GroupSpec, { codes, scale, zeroPoint }: Required<GroupCodes>): GroupCodes {
  return spec.codebook === "integer" ? { codes, scale, zeroPoint } : { codes, scale };
}

/** Rounds each group by itself: `fit` chooses its parameters, every weight takes the nearest code. */
export function roundGroups(
  spec: GroupSpec,
  rows: WeightRows,
  fit: (grid: Grid, start: number, end: number, firstInput: number) => GroupParameters,
): GroupCodes {
  const grid = gridOf(spec);
  const out = emptyCodes(spec, rows);
  const { data, inputs } = rows;
  for (let start = 0, group = 0; start < data.length; group++) {
    const first = start % inputs;
    const end = start + Math.min(spec.groupSize, inputs - first);
    const parameters = fit(grid, start, end, first);
    out.scale[group] = parameters.scale;
    out.zeroPoint[group] = parameters.zeroPoint;
    for (; start < end; start++) out.codes[start] = grid.code(data[start]!, parameters);
  }
  return finished(spec, out);
}

/** The weights that codes stand for, row-major like the panel. */
export function decode(spec: GroupSpec, { codes, scale, zeroPoint }: GroupCodes, inputs: number): Float32Array {
  const grid = gridOf(spec);
  const groups = groupsOf(spec, inputs);
  return Float32Array.from(codes, (code, i) => {
    const group = Math.floor(i / inputs) * groups + Math.floor((i % inputs) / spec.groupSize);
    return grid.value(code, { scale: scale[group]!, zeroPoint: zeroPoint?.[group] ?? 0 });
  });
}
