// Pictures and sounds for models of the real world, made up so that they look and sound plausible to them.

import { float32, seededRandom, type Tensor } from "@tersor/core";

/** A ball of one colour before sky and ground, textured and grainy: [1, size, size, 3], red, green and blue from 0 to 1. */
export function picture(seed: number, size = 224): Tensor {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const colour = () => [random(), random(), random()] as const;
  const [ball, sky, ground] = [colour(), colour(), colour()];
  const [x0, y0, radius] = [between(0.3, 0.7) * size, between(0.3, 0.7) * size, between(0.1, 0.35) * size];
  const [waves, grain] = [between(0.05, 0.5), between(0.02, 0.1)];
  const data = new Float32Array(size * size * 3);
  for (let at = 0; at < data.length; at++) {
    const [x, y, channel] = [Math.floor(at / 3) % size, Math.floor(at / 3 / size), at % 3];
    const inBall = Math.hypot(x - x0, y - y0) < radius;
    const colours = inBall ? ball : y < size / 2 ? sky : ground;
    const texture = 0.1 * Math.sin(x * waves) * Math.cos(y * waves) + grain * (random() - 0.5);
    data[at] = Math.min(1, Math.max(0, colours[channel]! + texture));
  }
  return float32([1, size, size, 3], data);
}

/** Samples per second. */
const RATE = 22_050;
/**
 * Noise as a recording has it, 54 dB below full scale. Models that take the logarithm of energies make something of
 * rounding where there is silence: there TensorFlow.js differs from itself, when the last bits of its input change, by
 * as much as from any other runtime.
 */
const NOISE = 0.002;

/** A chord of three notes that begin one after the other and fade: [1, length, 1], mono at 22,050 Hz. */
export function chord(seed: number, length = 43_844): Tensor {
  const random = seededRandom(seed);
  const root = 110 * 2 ** Math.floor(random() * 3);
  const notes = [0, 3 + Math.round(random()), 7].map((step, i) => ({
    frequency: root * 2 ** ((step + Math.floor(random() * 12)) / 12),
    start: i * random() * 0.6,
  }));
  const data = Float32Array.from({ length }, (_, i) => {
    const sounds = notes.map(({ frequency, start }) => note(frequency, i / RATE - start));
    return sounds.reduce((a, b) => a + b, 2 * NOISE * (random() - 0.5));
  });
  return float32([1, length, 1], data);
}

/** A string that was plucked: four partials that fade. */
function note(frequency: number, seconds: number): number {
  if (seconds < 0) return 0;
  const partials = [1, 2, 3, 4].map((n) => Math.sin(2 * Math.PI * frequency * n * seconds) / n);
  return 0.15 * Math.exp(-2 * seconds) * partials.reduce((a, b) => a + b);
}
