// Uncertainty of metrics that are no proportions, by drawing the samples anew: percentile intervals (Efron & Tibshirani
// 1993, chapter 13), and the paired form of Koehn 2004, in which both models are judged on the same draws.

import { seededRandom, type Interval, type PairedDifference, type Resampling } from "@tersor/core";
import { percentile } from "./percentiles.ts";

/** Draws of a bootstrap where they are cheap; the 2.5 % percentile needs some hundreds. */
const DRAWS = 1000;
const LEAST_DRAWS = 200;

/** Steps that all draws together may take: a few seconds. */
const MOST_STEPS = 5e8;

/** Share of the draws that must have a value; a resample without a positive sample has no F1. */
const LEAST_SHARE = 0.95;

const SEED = 20041;

/** An interval, or why there is none. */
export type Uncertainty = { readonly interval: Interval } | { readonly noInterval: string };

/** 95 % percentile interval of a metric. Seeded: the same samples give the same interval. */
export function bootstrapInterval(resampling: Resampling): Uncertainty {
  const draws = drawsFor(resampling);
  if (typeof draws === "string") return { noInterval: draws };
  const values = new Float64Array(draws);
  eachDraw(resampling.count, draws, (weights, i) => (values[i] = resampling.valueOf(weights)));
  const interval = percentileInterval(values, "bootstrap");
  return interval === undefined ? { noInterval: "too few draws of the samples have a value" } : { interval };
}

/** What a paired bootstrap says of two models. */
export interface PairedBootstrap {
  readonly difference: PairedDifference;
  /** Of (candidate - reference) / reference; absent where the reference can be 0. */
  readonly ratioInterval?: Interval;
}

/**
 * 95 % interval of candidate - reference, and a two-sided test that it is 0: twice the share of draws on the side of 0
 * that has fewer, with one draw added (Davison & Hinkley 1997, section 4.2). Both must hold the same samples in order.
 * Undefined when these are too few, too many, or not as many.
 */
export function pairedBootstrap(reference: Resampling, candidate: Resampling): PairedBootstrap | undefined {
  const draws = drawsFor({ ...reference, work: reference.work + candidate.work });
  if (reference.count !== candidate.count || typeof draws === "string") return undefined;
  const differences = new Float64Array(draws);
  const ratios = new Float64Array(draws);
  eachDraw(reference.count, draws, (weights, i) => {
    const before = reference.valueOf(weights);
    differences[i] = candidate.valueOf(weights) - before;
    ratios[i] = differences[i]! / before;
  });
  const interval = percentileInterval(differences, "paired-bootstrap");
  if (interval === undefined) return undefined;
  const ratioInterval = percentileInterval(ratios, "paired-bootstrap");
  const all = new Uint32Array(reference.count).fill(1);
  const value = candidate.valueOf(all) - reference.valueOf(all);
  return {
    difference: { value, interval, pValue: signTest(differences) },
    ...(ratioInterval && { ratioInterval }),
  };
}

function drawsFor({ count, work }: Pick<Resampling, "count" | "work">): number | string {
  if (count < 2) return "one sample shows no spread";
  const affordable = Math.floor(MOST_STEPS / (work + count));
  return affordable < LEAST_DRAWS
    ? "the data is too large to be drawn anew some hundred times"
    : Math.min(DRAWS, affordable);
}

function eachDraw(count: number, draws: number, use: (weights: Uint32Array, draw: number) => void): void {
  const random = seededRandom(SEED);
  const weights = new Uint32Array(count);
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0);
    for (let i = 0; i < count; i++) weights[Math.floor(random() * count)]!++;
    use(weights, draw);
  }
}

function percentileInterval(values: Float64Array, method: string): Interval | undefined {
  const finite = values.filter(Number.isFinite).sort();
  if (finite.length < LEAST_SHARE * values.length) return undefined;
  return { low: percentile(finite, 2.5), high: percentile(finite, 97.5), level: 0.95, method };
}

function signTest(differences: Float64Array): number {
  const notAbove = differences.filter((value) => value <= 0).length;
  const notBelow = differences.filter((value) => value >= 0).length;
  return Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (differences.length + 1));
}
