// The search for the clip: each group's range is shrunk to where the squared error of its weights is least.

import type { GroupCodes, GroupSpec, WeightRows } from "../algorithm.ts";
import { factorOf, scaleRules, zeroPointOf } from "./scales.ts";

const STEPS = 40;
const STEP = 0.005;

/** A scale with its zero point, and where they belong. */
interface Trial {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Rounds rows; values beyond a shrunken range have the nearest code in it. */
export function roundClipped({ data, outputs, inputs }: WeightRows, spec: GroupSpec): GroupCodes {
  const groups = Math.ceil(inputs / spec.groupSize);
  const codes = new Uint8Array(outputs * inputs);
  const scale = new Float32Array(outputs * groups);
  const zeroPoint = new Uint8Array(outputs * groups);
  for (let row = 0, at = 0; row < outputs; row++) {
    const end = (row + 1) * inputs;
    for (let from = row * inputs; from < end; from += spec.groupSize, at++) {
      const best = search(data, from, Math.min(end, from + spec.groupSize), spec);
      scale[at] = best.scale;
      zeroPoint[at] = best.zeroPoint;
      const factor = factorOf(best.scale);
      for (let i = from; i < best.to; i++) codes[i] = codeOf(data[i]!, factor, best.zeroPoint, spec.bits);
    }
  }
  return { codes, scale, zeroPoint };
}

/** The widest range of those with the least error. */
function search(data: Float32Array, from: number, to: number, spec: GroupSpec): Trial {
  let low = 0;
  let high = 0;
  for (let i = from; i < to; i++) {
    low = Math.min(low, data[i]!);
    high = Math.max(high, data[i]!);
  }
  let best = trialOf(from, to, low, high, spec);
  let least = squaredError(data, best, spec);
  for (let step = 1; step < STEPS; step++) {
    const ratio = 1 - step * STEP;
    const trial = trialOf(from, to, Math.fround(low * ratio), Math.fround(high * ratio), spec);
    const error = squaredError(data, trial, spec);
    if (error < least) [best, least] = [trial, error];
  }
  return best;
}

function trialOf(from: number, to: number, low: number, high: number, { bits, scheme }: GroupSpec): Trial {
  const levels = (1 << bits) - 1;
  const scale = Number.isFinite(high - low) ? scaleRules[scheme](low, high, levels) : NaN;
  return { from, to, scale, zeroPoint: scheme === "asymmetric" ? zeroPointOf(low, scale, levels) : (levels + 1) / 2 };
}

function codeOf(value: number, factor: number, zeroPoint: number, bits: number): number {
  const code = Math.floor(Math.fround(Math.fround(value * factor) + zeroPoint) + 0.5);
  return Math.min((1 << bits) - 1, Math.max(0, code));
}

function squaredError(data: Float32Array, { from, to, scale, zeroPoint }: Trial, { bits }: GroupSpec): number {
  const factor = factorOf(scale);
  let sum = 0;
  for (let i = from; i < to; i++) {
    const difference = data[i]! - (codeOf(data[i]!, factor, zeroPoint, bits) - zeroPoint) * scale;
    sum += difference * difference;
  }
  return sum;
}
