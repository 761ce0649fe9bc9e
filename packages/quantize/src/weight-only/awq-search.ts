// The search for AWQ's factors: s = mean|x|^r / mean|w|^(1 - r) for r = 0, 1/20, ... 19/20, w in units of the largest of its
// group, and s in units of the geometric mean of its extremes. Least is the squared error of the outputs on sampled rows.

import type { GroupsSpec } from "@tersor/core";
import { gridOf } from "./grid.ts";
import { panelsOf, type Matrix } from "./matrix.ts";

/** A weight that reads the activation, and how it will be rounded. */
export interface ScaledLayer {
  readonly matrix: Matrix;
  readonly groups: GroupsSpec;
}

/** Some outputs of a layer, evenly spread, with what they give on the sampled rows. */
interface SampledOutputs {
  readonly weights: Float32Array;
  readonly groups: GroupsSpec;
  /** Sum of squares of the outputs, in whose units errors are counted. */
  readonly power: number;
}

const RATIOS = Array.from({ length: 20 }, (_, i) => i / 20);
const SAMPLED_OUTPUTS = 128;
const SMALLEST_FACTOR = 1e-4;

/** The best factors, one for each channel; undefined where none is better than to leave the weights as they are. */
export function bestFactors(rows: readonly Float32Array[], layers: readonly ScaledLayer[]): Float32Array | undefined {
  const channels = layers[0]!.matrix.inputs;
  if (rows.length === 0 || rows.some((row) => row.length !== channels)) return undefined;
  const inputMeans = meanMagnitudes(rows, channels);
  const { weightMeans, sampled } = lookThrough(rows, layers, channels);
  let best: Float32Array | undefined;
  let least = lossOf(rows, sampled, new Float32Array(channels).fill(1));
  for (const ratio of RATIOS) {
    const factors = factorsOf(inputMeans, weightMeans, ratio);
    if (!factors.every((factor) => factor > 0 && Number.isFinite(factor))) continue;
    const loss = lossOf(rows, sampled, factors);
    if (loss < least) [best, least] = [factors, loss];
  }
  return best;
}

function meanMagnitudes(rows: readonly Float32Array[], channels: number): Float64Array {
  const means = new Float64Array(channels);
  for (const row of rows) for (let k = 0; k < channels; k++) means[k]! += Math.abs(row[k]!) / rows.length;
  return means;
}

function factorsOf(inputMeans: Float64Array, weightMeans: Float64Array, ratio: number): Float32Array {
  const factors = inputMeans.map((mean, k) =>
    Math.max(SMALLEST_FACTOR, mean ** ratio / Math.max(SMALLEST_FACTOR, weightMeans[k]!) ** (1 - ratio)),
  );
  const middle = Math.sqrt(Math.max(...factors) * Math.min(...factors));
  return Float32Array.from(factors, (factor) => factor / middle);
}

/** One reading of each weight: the mean magnitude of each channel over the outputs of all layers, and sampled outputs. */
function lookThrough(
  rows: readonly Float32Array[],
  layers: readonly ScaledLayer[],
  channels: number,
): { readonly weightMeans: Float64Array; readonly sampled: readonly SampledOutputs[] } {
  const weightMeans = new Float64Array(channels);
  const outputs = layers.reduce((sum, { matrix }) => sum + matrix.outputs, 0);
  const sampled = layers.map(({ matrix, groups }) => {
    const step = Math.ceil(matrix.outputs / SAMPLED_OUTPUTS);
    const weights = new Float32Array(Math.ceil(matrix.outputs / step) * channels);
    for (const { data, firstOutput, outputs: height } of panelsOf(matrix, groups.groupSize, "rows")) {
      for (let row = 0; row < height; row++) {
        const values = data.subarray(row * channels, (row + 1) * channels);
        addRelativeMagnitudes(values, groups.groupSize, outputs, weightMeans);
        const output = firstOutput + row;
        if (output % step === 0) weights.set(values, (output / step) * channels);
      }
    }
    return { weights, groups, power: squaredOutputs(rows, weights, channels) };
  });
  return { weightMeans, sampled };
}

function addRelativeMagnitudes(row: Float32Array, groupSize: number, outputs: number, means: Float64Array): void {
  for (let start = 0; start < row.length; start += groupSize) {
    const end = Math.min(row.length, start + groupSize);
    let largest = 0;
    for (let k = start; k < end; k++) largest = Math.max(largest, Math.abs(row[k]!));
    if (largest === 0) continue;
    for (let k = start; k < end; k++) means[k]! += Math.abs(row[k]!) / largest / outputs;
  }
}

/** Sum over the layers of |x / s Q(s W) - x W|^2 / |x W|^2. */
function lossOf(rows: readonly Float32Array[], sampled: readonly SampledOutputs[], factors: Float32Array): number {
  let loss = 0;
  for (const { weights, groups, power } of sampled) {
    if (power > 0) loss += squaredOutputs(rows, errorOfRounding(weights, groups, factors), factors.length) / power;
  }
  return loss;
}

/** Q(s W) / s - W. */
function errorOfRounding(weights: Float32Array, groups: GroupsSpec, factors: Float32Array): Float32Array {
  const grid = gridOf(groups);
  const channels = factors.length;
  const error = weights.map((weight, i) => weight * factors[i % channels]!);
  for (let row = 0; row < error.length; row += channels) {
    for (let first = 0; first < channels; first += groups.groupSize) {
      const end = row + Math.min(channels, first + groups.groupSize);
      const parameters = grid.cover(error, row + first, end);
      for (let i = row + first; i < end; i++) {
        error[i] = grid.value(grid.code(error[i]!, parameters), parameters) / factors[i - row]! - weights[i]!;
      }
    }
  }
  return error;
}

/** Sum of squares of the products of all rows with all outputs. */
function squaredOutputs(rows: readonly Float32Array[], weights: Float32Array, channels: number): number {
  let sum = 0;
  for (const row of rows) {
    for (let start = 0; start < weights.length; start += channels) {
      let product = 0;
      for (let k = 0; k < channels; k++) product += row[k]! * weights[start + k]!;
      sum += product * product;
    }
  }
  return sum;
}
