// A weight as a matrix of outputs and inputs, read in panels: a weight is never held whole unless an algorithm wants whole
// rows of one that lies input-major. Panels are small enough to stay in the cache of a processor.

import { elementCount, float32Of, tensorFromBytes, type TensorSource } from "@tersor/core";
import type { WeightRows } from "./algorithm.ts";

/** A weight and how its elements lie: output after output (an embedding, Gemm with transB), or input after input (MatMul). */
export interface Matrix {
  readonly source: TensorSource;
  readonly outputs: number;
  readonly inputs: number;
  readonly inputMajor: boolean;
}

/** Part of a matrix: rows `firstOutput` and on, and of these the inputs `firstInput` and on. */
export interface Panel extends WeightRows {
  readonly firstOutput: number;
  readonly firstInput: number;
  /** Whether the elements lie input after input, and the codes are to. */
  readonly inputMajor: boolean;
}

/** What an algorithm can take: whole rows only, runs of whole groups, or these as they lie. */
export type PanelNeeds = "rows" | "groups" | "groups-as-they-lie";

/** The matrix of a weight of rank 2. */
export function matrixOf(source: TensorSource, inputMajor: boolean): Matrix {
  const [rows, columns] = source.shape as readonly [number, number];
  return inputMajor
    ? { source, outputs: columns, inputs: rows, inputMajor }
    : { source, outputs: rows, inputs: columns, inputMajor };
}

/** Elements that are read at a time, where rows are short enough: as many as stay in the cache. */
const READ_ELEMENTS = 2 ** 16;
/** Elements of a panel that is turned. */
const TILE_ELEMENTS = 2 ** 15;

/**
 * The panels of a matrix; each is valid until the next. A matrix that lies input-major is read in runs of whole groups of
 * `groupSize` inputs where these are enough, and is held whole where they are not.
 */
export function* panelsOf(matrix: Matrix, groupSize: number, needs: PanelNeeds): Generator<Panel> {
  if (!matrix.inputMajor) return yield* rowPanels(matrix);
  const { source, inputs, outputs } = matrix;
  const perRead = groupSize * Math.max(1, Math.floor(READ_ELEMENTS / (groupSize * Math.max(1, outputs))));
  const height = needs === "rows" ? inputs : Math.min(inputs, perRead);
  for (let firstInput = 0; firstInput < inputs; firstInput += height) {
    const count = Math.min(height, inputs - firstInput);
    const data = elements(source, firstInput * outputs, count * outputs);
    const panel = { data, inputs: count, outputs, firstInput, firstOutput: 0, inputMajor: true };
    if (needs === "groups-as-they-lie") yield panel;
    else yield* turned(panel);
  }
}

function* rowPanels({ source, outputs, inputs }: Matrix): Generator<Panel> {
  const height = Math.max(1, Math.floor(READ_ELEMENTS / Math.max(1, inputs)));
  for (let firstOutput = 0; firstOutput < outputs; firstOutput += height) {
    const count = Math.min(height, outputs - firstOutput);
    const data = elements(source, firstOutput * inputs, count * inputs);
    yield { data, outputs: count, inputs, firstOutput, firstInput: 0, inputMajor: false };
  }
}

function* turned({ data, inputs, outputs, firstInput }: Panel): Generator<Panel> {
  const width = Math.max(1, Math.min(outputs, Math.floor(TILE_ELEMENTS / inputs)));
  const tile = new Float32Array(width * inputs);
  for (let firstOutput = 0; firstOutput < outputs; firstOutput += width) {
    const count = Math.min(width, outputs - firstOutput);
    turn(data, outputs, firstOutput, count, inputs, tile);
    const rows = tile.subarray(0, count * inputs);
    yield { data: rows, outputs: count, inputs, firstOutput, firstInput, inputMajor: false };
  }
}

/** Elements on a line of the cache. */
const LINE = 16;

/** Columns `first` to `first + count` of `data` [height, stride] as rows of `out`, a line of the cache at a time. */
function turn(
  data: Float32Array,
  stride: number,
  first: number,
  count: number,
  height: number,
  out: Float32Array,
): void {
  for (let start = 0; start < count; start += LINE) {
    const end = Math.min(count, start + LINE);
    for (let row = 0; row < height; row++) {
      let to = start * height + row;
      const last = row * stride + first + end;
      for (let from = row * stride + first + start; from < last; from++, to += height) out[to] = data[from]!;
    }
  }
}

/** Elements of a floating source as float32. */
function elements(source: TensorSource, from: number, count: number): Float32Array {
  const perElement = source.sizeBytes / Math.max(1, elementCount(source.shape));
  return float32Of(tensorFromBytes(source.dtype, [count], source.bytes(from * perElement, count * perElement)));
}
