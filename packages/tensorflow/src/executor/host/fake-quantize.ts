// TensorFlow's FakeQuant: to the grid of 2^bits values between min and max, nudged so that zero is one of them.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/kernels/fake_quant_ops_functor.h

/** The ranges: one, or one for each element of the last axis. */
export interface FakeQuantization {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly bitWidth: number;
  /** Leaves out the lowest value, so that the grid is symmetric. */
  readonly narrow: boolean;
}

interface Grid {
  readonly min: number;
  readonly max: number;
  readonly scale: number;
}

const { fround, floor, round } = Math;

/** The values on their grids, in float32 arithmetic as TensorFlow has it. */
export function fakeQuantize(values: ArrayLike<number>, quantization: FakeQuantization): Float32Array {
  const grids = quantization.min.map((_, channel) => nudged(quantization, channel));
  return Float32Array.from(values, (value, i) => onGrid(value, grids[i % grids.length]!));
}

function nudged({ min, max, bitWidth, narrow }: FakeQuantization, channel: number): Grid {
  const [low, high] = [fround(min[channel]!), fround(max[channel]!)];
  const [least, most] = [narrow ? 1 : 0, 2 ** bitWidth - 1];
  const scale = fround(fround(high - low) / (most - least));
  const fromMin = fround(least - fround(low / scale));
  // C's round() goes away from zero at a half, as Math.round does for what is positive.
  const zeroPoint = fromMin < least ? least : fromMin > most ? most : round(fromMin);
  return { min: fround((least - zeroPoint) * scale), max: fround((most - zeroPoint) * scale), scale };
}

function onGrid(value: number, { min, max, scale }: Grid): number {
  if (min === max) return 0;
  const shifted = fround(Math.min(Math.max(value, min), max) - min);
  return fround(fround(floor(fround(fround(shifted * fround(1 / scale)) + 0.5)) * scale) + min);
}
