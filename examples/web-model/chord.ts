// Sounds to calibrate and to judge with; recordings of what the model will hear are better.

import { float32, seededRandom, type Tensor } from "@tersor/core";

/** Samples per second. */
const RATE = 22_050;

/** Three plucked strings and the noise of a recording: two seconds as the model takes them, [1, 43844, 1]. */
export function chord(seed: number): Tensor {
  const random = seededRandom(seed);
  const notes = [0, 1, 2].map(() => ({ frequency: 110 * 2 ** (Math.floor(random() * 36) / 12), start: random() }));
  const data = Float32Array.from({ length: 43_844 }, (_, i) => {
    const sounds = notes.map(({ frequency, start }) => string(frequency, i / RATE - start));
    return sounds.reduce((a, b) => a + b, 0.004 * (random() - 0.5));
  });
  return float32([1, data.length, 1], data);
}

/** Four partials that fade. */
function string(frequency: number, seconds: number): number {
  if (seconds < 0) return 0;
  const partials = [1, 2, 3, 4].map((n) => Math.sin(2 * Math.PI * frequency * n * seconds) / n);
  return 0.15 * Math.exp(-2 * seconds) * partials.reduce((a, b) => a + b);
}
