// 16-bit saturation, counted on data (target "portable"). CPUs without VNNI multiply u8 by s8 with vpmaddubsw, which adds
// two neighbouring products into 16 bits and saturates: 255 * 127 * 2 = 64770 > 32767 (METHODS 3.4). Whether that happens
// depends on the activations, so pair sums are emulated on sampled rows. Only pairs whose weights can exceed 16 bits at
// all are looked at, about one in a hundred.
//
// Cures, compared by the error each would cost an operator: a narrower code range for the weights of the channels that
// saturate (down to 7 bits, which can't), 7-bit activations, and unsigned weights (u8 x u8 kernels widen before they
// multiply and never saturate, at half the speed).

const INT16_MAX = 32767;
const INT16_MIN = -32768;

/** A product u8 x s8 as kernels see it: columns of `depth` weights, neighbours (2i, 2i + 1) paired. */
export interface PairedProduct {
  /** Integer weights, one column (output channel) of `depth` after the other. */
  readonly weights: Int8Array;
  readonly depth: number;
  /** Scale of each column, or one for all. */
  readonly weightScale: ArrayLike<number>;
  readonly activationScale: number;
  readonly zeroPoint: number;
  /** Integer rows of the activation, `depth` each. */
  readonly rows: readonly Uint8Array[];
}

/** What saturation does to each column, and the noise that rounding causes anyway; squared errors summed over the rows. */
export interface Saturation {
  /** Share of the pair sums that saturated. */
  readonly share: number;
  /** Largest pair sum of each column in units of what 16 bits hold; at most 1 where nothing saturated. */
  readonly worst: Float64Array;
  readonly error: Float64Array;
  readonly weightNoise: Float64Array;
  readonly activationNoise: Float64Array;
}

/** Emulates the pair sums of sampled rows and weighs them against the rounding noise of 8 bits. */
export function measureSaturation(product: PairedProduct): Saturation {
  const { weights, depth, weightScale, activationScale, rows } = product;
  const columns = weights.length / depth;
  const error = new Float64Array(columns);
  const worst = new Float64Array(columns);
  let count = 0;
  for (let column = 0; column < columns; column++) {
    const pairs = dangerousPairs(weights, column * depth, depth);
    if (pairs.length === 0) continue;
    const unit = weightScale[weightScale.length === 1 ? 0 : column]! * activationScale;
    for (const row of rows) {
      const found = saturated(row, weights, column * depth, pairs);
      count += found.count;
      error[column]! += (found.excess * unit) ** 2;
      worst[column] = Math.max(worst[column]!, found.worst);
    }
  }
  const share = count / Math.max(1, rows.length * columns * Math.floor(depth / 2));
  return { share, worst, error, ...roundingNoise(product, columns) };
}

/**
 * Indices of pairs (even positions) whose sum can leave 16 bits for some activation: 255 * 128 = 32640 still fits, so it
 * takes weights of one sign that add up to more than 128.
 */
export function dangerousPairs(weights: Int8Array, start: number, depth: number): readonly number[] {
  const pairs: number[] = [];
  for (let k = 0; k + 1 < depth; k += 2) {
    const both = weights[start + k]! + weights[start + k + 1]!;
    if (both > 128 || both < -128) pairs.push(k);
  }
  return pairs;
}

function saturated(
  row: Uint8Array,
  weights: Int8Array,
  start: number,
  pairs: readonly number[],
): { count: number; excess: number; worst: number } {
  let count = 0;
  let excess = 0;
  let highest = 0;
  let lowest = 0;
  for (const k of pairs) {
    const sum = row[k]! * weights[start + k]! + row[k + 1]! * weights[start + k + 1]!;
    if (sum > highest) highest = sum;
    else if (sum < lowest) lowest = sum;
    const over = sum > INT16_MAX ? sum - INT16_MAX : sum < INT16_MIN ? sum - INT16_MIN : 0;
    if (over === 0) continue;
    excess += over;
    count++;
  }
  return { count, excess, worst: Math.max(highest / INT16_MAX, lowest / INT16_MIN) };
}

/** Expected squared error of rounding to 8 bits: s_w^2 / 12 * sum x^2 and s_x^2 / 12 * sum w^2, per column. */
function roundingNoise(
  { weights, depth, weightScale, activationScale, zeroPoint, rows }: PairedProduct,
  columns: number,
): { weightNoise: Float64Array; activationNoise: Float64Array } {
  let energy = 0;
  for (const row of rows) for (const q of row) energy += (q - zeroPoint) ** 2;
  energy *= activationScale ** 2;
  const weightNoise = new Float64Array(columns);
  const activationNoise = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const scale = weightScale[weightScale.length === 1 ? 0 : column]!;
    let sum = 0;
    for (let k = column * depth; k < (column + 1) * depth; k++) sum += weights[k]! ** 2;
    weightNoise[column] = (scale ** 2 / 12) * energy;
    activationNoise[column] = (activationScale ** 2 / 12) * sum * scale ** 2 * rows.length;
  }
  return { weightNoise, activationNoise };
}

/** What to do about saturation in one operator. */
export type Cure =
  | { readonly kind: "none" }
  /** Largest weight code by output channel; 127 elsewhere. */
  | { readonly kind: "narrow-weights"; readonly bounds: ReadonlyMap<number, number> }
  /** The activation uses 7 bits, for all its readers. */
  | { readonly kind: "7-bit-activations" }
  | { readonly kind: "unsigned-weights" };

/** Share of a channel's rounding noise below which its saturation is not worth minding: 0.2 dB. */
const NEGLIGIBLE = 0.05;
/** Added noise from which on the slow kernel is the lesser evil: 3 dB. */
const TOO_MUCH = 1;
/** Room for pair sums larger than the sampled ones. */
const MARGIN = 1.25;
const WIDEST = 127;
/** 255 * 63 * 2 < 32767: with 7 bits nothing saturates, whatever the data. */
const SAFE = 63;

/**
 * The cure with the least cost: none where saturation is lost in the rounding noise; else fewer codes on the side that
 * adds less noise (half the codes are four times the noise, of the channels concerned); unsigned weights, which are
 * exact but take twice the time, where fewer codes would double the noise of the operator.
 */
export function chooseCure(
  found: Saturation,
  allowed: { readonly activations: boolean; readonly perChannel: boolean },
): Cure {
  const { error, weightNoise, activationNoise } = found;
  const noise = sum(weightNoise) + sum(activationNoise);
  const all = [...error.keys()];
  const bad = all.filter((c) => error[c]! > NEGLIGIBLE * (weightNoise[c]! + activationNoise[c]!));
  if (allowed.perChannel ? bad.length === 0 : sum(error) <= NEGLIGIBLE * noise) return { kind: "none" };
  const bounds = allowed.perChannel ? channelBounds(found, bad) : new Map(all.map((c) => [c, SAFE]));
  const weightCost = [...bounds].reduce((cost, [c, bound]) => cost + ((WIDEST / bound) ** 2 - 1) * weightNoise[c]!, 0);
  const activationCost = allowed.activations ? 3 * sum(activationNoise) : Infinity;
  if (Math.min(weightCost, activationCost) > TOO_MUCH * noise) return { kind: "unsigned-weights" };
  return weightCost <= activationCost ? { kind: "narrow-weights", bounds } : { kind: "7-bit-activations" };
}

/** Codes that bring the largest pair sum seen back into 16 bits, with some room. */
function channelBounds({ worst }: Saturation, channels: readonly number[]): ReadonlyMap<number, number> {
  return new Map(channels.map((c) => [c, Math.max(SAFE, Math.floor(WIDEST / (worst[c]! * MARGIN)))]));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
