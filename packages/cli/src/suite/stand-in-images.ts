// Pictures that nobody took: gradients with ellipses on them, from a seed.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@tersor/core";
import { pngOf } from "./png.ts";

const SIDES = [72, 88, 104] as const;
const SHAPES = 6;

/** Writes `count` pictures of several sizes into a folder, unless it is there: rows that run at the same time share it. */
export function writeStandInImages(folder: string, count: number, seed: number): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(seed);
  for (let i = 0; i < count; i++) {
    const [height, width] = [SIDES[i % 3]!, SIDES[(i + 1) % 3]!];
    const file = join(folder, `image-${String(i).padStart(4, "0")}.png`);
    writeFileSync(file, pngOf(height, width, 3, picture(height, width, random)));
  }
}

type Color = readonly [red: number, green: number, blue: number];

/** A gradient from one color to another, ellipses, and noise as of a sensor. */
function picture(height: number, width: number, random: () => number): Uint8Array {
  const [from, to] = [color(random), color(random)];
  const shapes = Array.from({ length: SHAPES }, () => ellipse(height, width, random));
  const pixels = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shape = shapes.find(({ contains }) => contains(y, x));
      const share = (x / width + y / height) / 2;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const base = shape ? shape.color[c]! : from[c]! * (1 - share) + to[c]! * share;
        pixels[at + c] = Math.min(255, Math.max(0, base + 24 * (random() - 0.5)));
      }
    }
  }
  return pixels;
}

function color(random: () => number): Color {
  return [255 * random(), 255 * random(), 255 * random()];
}

function ellipse(height: number, width: number, random: () => number) {
  const [cy, cx] = [height * random(), width * random()];
  const [ry, rx] = [height * (0.08 + 0.2 * random()), width * (0.08 + 0.2 * random())];
  const contains = (y: number, x: number) => ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 < 1;
  return { color: color(random), contains };
}
