// The class that a model names for each row: the largest of its scores, one score against a threshold, or the class itself.

import { isFloat, isInteger, numbersOf, type DataType, type Feeds } from "@tersor/core";
import { indexOfMaximum } from "../compare-tensors.ts";
import { metricMismatch } from "../errors.ts";
import { outputNamed } from "./output.ts";

/** Where the classes are read from. */
export interface ClassOptions {
  /** Output with scores (classes on the last axis), one score per row, or whole numbers that are the classes. Default: the model's first. */
  readonly output?: string;
  /** For an output of one score per row: class 1 when the score is larger. */
  readonly threshold?: number;
}

/** The class of each row. */
export interface PredictedClasses {
  readonly output: string;
  readonly classes: ArrayLike<number>;
  /** Number of classes, where the output tells it. */
  readonly width: number | undefined;
}

/** Classes beyond this are hardly classes; it bounds the memory that hostile labels can ask for. */
export const MOST_CLASSES = 2 ** 20;

/** @throws EVALUATE_METRIC_MISMATCH when the output holds neither scores nor classes. */
export function predictedClasses(
  metric: string,
  outputs: Feeds,
  { output, threshold }: ClassOptions,
): PredictedClasses {
  const { name, tensor } = outputNamed(metric, outputs, output);
  const { dtype, shape } = tensor;
  const mismatch = (why: string) => metricMismatch(metric, { output: name, dtype, shape, why });
  if (isWhole(dtype)) return { output: name, classes: wholeClasses(numbersOf(tensor), mismatch), width: undefined };
  if (!isFloat(dtype)) throw mismatch("it needs scores or classes, which are numbers");
  const scores = numbersOf(tensor);
  const width = shape.length < 2 ? 1 : shape.at(-1)!;
  if (width > 1) return { output: name, classes: rowMaxima(scores, width), width };
  if (threshold === undefined) throw mismatch('it has one score per row; say from which "threshold" on the class is 1');
  return { output: name, classes: Array.from(scores, (score) => (score > threshold ? 1 : 0)), width: 2 };
}

function isWhole(dtype: DataType): boolean {
  return isInteger(dtype) || dtype === "bool";
}

function wholeClasses(classes: ArrayLike<number>, mismatch: (why: string) => Error): ArrayLike<number> {
  for (let i = 0; i < classes.length; i++) {
    if (!(classes[i]! >= 0 && classes[i]! < MOST_CLASSES)) throw mismatch(`${classes[i]} is no class`);
  }
  return classes;
}

/** A row of NaN alone names no class: -1, which no label is. */
function rowMaxima(scores: ArrayLike<number>, width: number): ArrayLike<number> {
  const rows = scores.length / width;
  const maxima = new Int32Array(rows);
  for (let row = 0; row < rows; row++) maxima[row] = indexOfMaximum(scores, row * width, width);
  return maxima;
}
