// JSON lines of made-up inputs, for models whose inputs are prepared beforehand.

import { writeFileSync } from "node:fs";
import { numbersOf, type Tensor } from "@tersor/core";
import { inputsOf } from "../api/model.ts";
import { sketchedTensors } from "./sketched-samples.ts";
import type { StandInPlace } from "./stand-in-data.ts";

/** Writes one object of nested lists per sample, without the batch axis. */
export function writeStandInLines(file: string, { graph, sketches, samples, seed }: StandInPlace): void {
  const lines = sketchedTensors({ inputs: inputsOf(graph), sketches, samples, seed }).map((feeds) =>
    JSON.stringify(Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, nested(tensor)]))),
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
}

type Nested = number | readonly Nested[];

function nested(tensor: Tensor): Nested {
  const numbers = Array.from(numbersOf(tensor));
  const build = (shape: readonly number[], from: number): Nested => {
    const [count, ...rest] = shape;
    if (count === undefined) return numbers[from]!;
    const stride = rest.reduce((product, dim) => product * dim, 1);
    return Array.from({ length: count }, (_, i) => build(rest, from + i * stride));
  };
  return build(tensor.shape, 0);
}
