// The sampling loop against what it is derived from: a predictor that knows the picture leads to it from any noise.

import { expect, it } from "vitest";
import { float32, float32Of } from "@tersor/core";
import { keptSignal, pixelsOf, sampleDdim } from "./text-to-image.ts";

it.each([2, 5, 50])(
  "%i steps of DDIM with exact noise give the picture, but for the noise of the first step",
  async (steps) => {
    const picture = Float32Array.of(0.5, -1, 0.25, 2);
    const start = float32([4], [1, -2, 0.3, 0.7]);
    const kept = keptSignal();
    const drawn = await sampleDdim(start, steps, (sample, timestep) => {
      const a = kept[timestep]!;
      const noise = float32Of(sample).map((x, i) => (x - Math.sqrt(a) * picture[i]!) / Math.sqrt(1 - a));
      return Promise.resolve(float32([4], noise));
    });
    float32Of(drawn).forEach((x, i) => expect(Math.abs(x - picture[i]!)).toBeLessThan(0.12));
  },
);

// diffusers: DDIMScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012).alphas_cumprod.
it("keeps as much signal as Stable Diffusion's training", () => {
  const kept = keptSignal();
  expect(kept[0]).toBeCloseTo(0.99915, 5);
  expect(kept[999]).toBeCloseTo(0.00466, 4);
});

it("pixels are bytes, channels together", () => {
  const image = float32([1, 3, 1, 2], [-1, 1, 0, 0, 2, -2]);
  expect(pixelsOf(image)).toEqual({ height: 1, width: 2, pixels: Uint8Array.of(0, 128, 255, 255, 128, 0) });
});
