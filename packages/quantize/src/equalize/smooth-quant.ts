// SmoothQuant (Xiao et al. 2022, 2211.10438): s_j = max|X_j|^alpha / max|W_j|^(1 - alpha), with the maxima of the weights
// over all layers that read X. With "auto", alpha is chosen for each layer from a grid by the error of its quantized
// product; layers that share an input share alpha, and a layer that gains nothing is left alone.

import type { Columns } from "./columns.ts";
import type { LayerError, SampledLayer } from "./layer-error.ts";
import type { SmoothQuantOptions } from "./options.ts";

/** Factors beyond these serve no purpose and cost precision. */
const LARGEST_FACTOR = 1e4;

/**
 * The factors of the paper for one alpha. A channel of which activation or weights are all zero is left alone.
 * `absmax` and `weights` hold the largest magnitude of each channel.
 */
export function smoothingFactors(absmax: Float32Array, weights: Float32Array, alpha: number): Float32Array {
  return absmax.map((largest, channel) => {
    const weight = weights[channel]!;
    if (!(largest > 0 && weight > 0)) return 1;
    const factor = largest ** alpha / weight ** (1 - alpha);
    return Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, factor));
  });
}

/**
 * What magnitudes and errors are measured by: as they are, as in the paper; or each output channel by its own size, as
 * weights with a scale per channel are rounded.
 */
export type Measure = keyof LayerError;

/** Largest magnitude of the weights that each of `channels` input channels meets, in all layers behind an activation. */
export function weightMagnitudes(layers: readonly Columns[], channels: number, measure: Measure): Float32Array {
  const out = new Float32Array(channels);
  for (const columns of layers) {
    const { depth, weights, first } = columns;
    const size = measure === "relative" ? largestByOutput(columns) : undefined;
    for (let i = 0; i < weights.length; i++) {
      const column = Math.floor(i / depth);
      const channel = first[column]! + (i % depth);
      const magnitude = Math.abs(weights[i]!) / (size?.get(columns.output[column]!) ?? 1);
      if (magnitude > out[channel]!) out[channel] = magnitude;
    }
  }
  return out;
}

function largestByOutput({ weights, depth, output }: Columns): ReadonlyMap<number, number> {
  const largest = new Map<number, number>();
  output.forEach((channel, column) => {
    const own = weights.subarray(column * depth, (column + 1) * depth);
    const magnitude = own.reduce((most, weight) => Math.max(most, Math.abs(weight)), Number.MIN_VALUE);
    largest.set(channel, Math.max(largest.get(channel) ?? 0, magnitude));
  });
  return largest;
}

/** What was chosen for one activation. */
export interface Smoothing {
  readonly alpha: number;
  readonly factors: Float32Array;
}

/** The best alpha for the layers behind one activation; undefined where leaving them alone is at least as good. */
export function chooseSmoothing(
  layers: readonly SampledLayer[],
  absmax: Float32Array,
  weights: Float32Array,
  { grid, shared = "mean" }: Pick<SmoothQuantOptions, "grid" | "shared">,
  measure: Measure,
): Smoothing | undefined {
  const tried = gridOf(grid).map((alpha) => ({ alpha, factors: smoothingFactors(absmax, weights, alpha) }));
  const alphas = layers.map((layer) => {
    const errors = tried.map(({ factors }) => layer.error(factors)[measure]);
    return tried[errors.indexOf(Math.min(...errors))]!.alpha;
  });
  const alpha = agreed(alphas, shared);
  const factors = smoothingFactors(absmax, weights, alpha);
  const errorWith = (s: Float32Array): number => layers.reduce((sum, layer) => sum + layer.error(s)[measure], 0);
  return errorWith(factors) < errorWith(new Float32Array(absmax.length).fill(1)) ? { alpha, factors } : undefined;
}

function gridOf({ min, max, step } = { min: 0, max: 1, step: 0.1 }): readonly number[] {
  return Array.from({ length: Math.floor((max - min) / step + 1e-9) + 1 }, (_, i) => Math.min(max, min + i * step));
}

function agreed(alphas: readonly number[], shared: "mean" | "min" | "max"): number {
  if (shared === "mean") return alphas.reduce((a, b) => a + b, 0) / alphas.length;
  return Math[shared](...alphas);
}
