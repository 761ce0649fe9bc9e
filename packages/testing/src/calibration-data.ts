// The activations that calibrators are tried on: what networks make every day, and what breaks formulas.

import {
  createObserver,
  float32,
  seededRandom,
  type Calibrator,
  type ObserverRequest,
  type Summary,
} from "@tersor/core";
import { normal } from "./random.ts";

/** Activations of one tensor. */
export interface Activations {
  readonly name: string;
  readonly values: Float32Array;
}

const COUNT = 4096;

function made(name: string, value: (standard: number, index: number) => number, seed = 1): Activations {
  const random = seededRandom(seed);
  return { name, values: Float32Array.from({ length: COUNT }, (_, i) => value(normal(random), i)) };
}

/** Like weights and pre-activations. */
export const bellShaped = made("bell-shaped", (x) => x);

/** Data in which every law has to hold. */
export const everyday: readonly Activations[] = [
  bellShaped,
  made("one-sided", (x) => Math.max(0, x)),
  made("negative", (x) => -Math.abs(x)),
  made("skewed", (x) => Math.exp(x) - 1),
  made("far from zero", (x) => 10 + x / 10),
  made("constant", () => 5),
  made("negative constant", () => -3),
  made("with one outlier", (x, i) => (i === COUNT / 2 ? 10_000 : x)),
  made("tiny", (x) => x * 1e-30),
  made("huge", (x) => x * 1e30),
];

/** Data for which a formula has to give something that can be computed with, no more. */
export const extreme: readonly Activations[] = [
  made("all zero", () => 0),
  made("subnormal", (x) => x * 1e-42),
  made("zero but for one element", (_, i) => (i === 7 ? 1 : 0)),
  made("with NaN and infinity", (x, i) => (i % 100 === 0 ? NaN : i % 101 === 0 ? -Infinity : x)),
  { name: "of a single element", values: Float32Array.of(0.7) },
];

/** The same activations in another unit. */
export function scaledBy({ name, values }: Activations, factor: number): Activations {
  return { name: `${name} times ${factor}`, values: values.map((value) => value * factor) };
}

const FEATURES = 16;
const BATCHES = 4;

/** What the observer of a calibrator sees of the activations, in a few batches as calibration feeds them. */
export function summaryOf(observer: Calibrator["observer"], { values }: Activations): Summary {
  const collecting = createObserver({ ...observer, tensor: "activation" } as ObserverRequest);
  const size = values.length < BATCHES * FEATURES ? values.length : values.length / BATCHES;
  for (let start = 0; start < values.length; start += size) {
    const batch = values.subarray(start, start + size);
    const features = Math.min(FEATURES, batch.length);
    collecting.update(float32([batch.length / features, features], batch));
  }
  return collecting.summary();
}
