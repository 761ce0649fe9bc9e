// 16-bit saturation, counted on data (target "portable"). CPUs without VNNI multiply u8 by s8 with vpmaddubsw, which adds
// two neighbouring products into 16 bits and saturates: 255 * 127 * 2 = 64770 > 32767 (METHODS 3.4). Whether that happens
// depends on the activations, so pair sums are emulated exactly on sampled rows. Only pairs whose weights can exceed
// 16 bits at all are looked at, about one in a hundred.
//
// Cures, compared by the error each would cost an operator: 7-bit weights, 7-bit activations, unsigned weights (u8 x u8
// kernels widen to 16 bits before they multiply and never saturate, but are slower).

const INT16_MAX = 32767;
const INT16_MIN = -32768;

/** What can be done about saturation. */
export type Cure = "none" | "7-bit-weights" | "7-bit-activations" | "unsigned-weights";

/** A product u8 x s8 as kernels see it: columns of `depth` weights, neighbours (2i, 2i + 1) paired. */
export interface PairedProduct {
  /** Integer weights, one column of `depth` after the other. */
  readonly weights: Int8Array;
  readonly depth: number;
  /** Scale of each column. */
  readonly weightScale: ArrayLike<number>;
  readonly activationScale: number;
  readonly zeroPoint: number;
  /** Integer rows of the activation, `depth` each. */
  readonly rows: readonly Uint8Array[];
}

/** What saturation does to an operator, and the noise that rounding causes anyway; squared, summed over rows and columns. */
export interface Saturation {
  /** Pair sums that saturated. */
  readonly count: number;
  /** Pair sums that were made. */
  readonly pairs: number;
  readonly error: number;
  readonly weightNoise: number;
  readonly activationNoise: number;
}

/** Emulates the pair sums of sampled rows and weighs them against the rounding noise of 8 bits. */
export function measureSaturation(product: PairedProduct): Saturation {
  const { weights, depth, weightScale, activationScale, rows } = product;
  const columns = weights.length / depth;
  let count = 0;
  let error = 0;
  for (let column = 0; column < columns; column++) {
    const pairs = dangerousPairs(weights, column * depth, depth);
    if (pairs.length === 0) continue;
    const unit = weightScale[weightScale.length === 1 ? 0 : column]! * activationScale;
    for (const row of rows) {
      const found = saturated(row, weights, column * depth, pairs);
      count += found.count;
      error += (found.excess * unit) ** 2;
    }
  }
  return { count, pairs: rows.length * columns * Math.floor(depth / 2), error, ...roundingNoise(product, columns) };
}

/** Indices of pairs (even positions) whose sum can leave 16 bits for some activation. */
function dangerousPairs(weights: Int8Array, start: number, depth: number): readonly number[] {
  const pairs: number[] = [];
  for (let k = 0; k + 1 < depth; k += 2) {
    const a = weights[start + k]!;
    const b = weights[start + k + 1]!;
    const high = 255 * (Math.max(a, 0) + Math.max(b, 0));
    const low = 255 * (Math.min(a, 0) + Math.min(b, 0));
    if (high > INT16_MAX || low < INT16_MIN) pairs.push(k);
  }
  return pairs;
}

function saturated(
  row: Uint8Array,
  weights: Int8Array,
  start: number,
  pairs: readonly number[],
): { count: number; excess: number } {
  let count = 0;
  let excess = 0;
  for (const k of pairs) {
    const sum = row[k]! * weights[start + k]! + row[k + 1]! * weights[start + k + 1]!;
    if (sum > INT16_MAX) {
      excess += sum - INT16_MAX;
      count++;
    } else if (sum < INT16_MIN) {
      excess += sum - INT16_MIN;
      count++;
    }
  }
  return { count, excess };
}

/** Expected squared error of rounding to 8 bits: s_w^2 / 12 * sum x^2 and s_x^2 / 12 * sum w^2. */
function roundingNoise(
  { weights, depth, weightScale, activationScale, zeroPoint, rows }: PairedProduct,
  columns: number,
): { weightNoise: number; activationNoise: number } {
  let energy = 0;
  for (const row of rows) for (const q of row) energy += (q - zeroPoint) ** 2;
  energy *= activationScale ** 2;
  let weightNoise = 0;
  let activationNoise = 0;
  for (let column = 0; column < columns; column++) {
    const scale = weightScale[weightScale.length === 1 ? 0 : column]!;
    let sum = 0;
    for (let k = column * depth; k < (column + 1) * depth; k++) sum += weights[k]! ** 2;
    weightNoise += (scale ** 2 / 12) * energy;
    activationNoise += (activationScale ** 2 / 12) * sum * scale ** 2 * rows.length;
  }
  return { weightNoise, activationNoise };
}

/** Share of the rounding noise below which saturation or a cure is not worth minding: 0.2 dB. */
const NEGLIGIBLE = 0.05;
/** Share up to which a cure that keeps the fast kernel is taken: 1 dB. */
const ACCEPTABLE = 0.26;

/**
 * The cure with the least cost: none where saturation is lost in the rounding noise, 7 bits on the side that hardly
 * adds noise (one bit less is four times the noise), unsigned weights otherwise.
 */
export function chooseCure({ error, weightNoise, activationNoise }: Saturation, allowed: readonly Cure[]): Cure {
  const noise = weightNoise + activationNoise;
  if (error <= NEGLIGIBLE * noise) return "none";
  const costs: readonly [Cure, number][] = [
    ["7-bit-activations", 3 * activationNoise],
    ["7-bit-weights", 3 * weightNoise],
  ];
  const cheap = costs
    .filter(([cure, cost]) => allowed.includes(cure) && cost <= ACCEPTABLE * noise)
    .sort((a, b) => a[1] - b[1])[0];
  if (cheap) return cheap[0];
  if (allowed.includes("unsigned-weights")) return "unsigned-weights";
  const least = [["none", error] as [Cure, number], ...costs.filter(([cure]) => allowed.includes(cure))].sort(
    (a, b) => a[1] - b[1],
  );
  return least[0]![0];
}
