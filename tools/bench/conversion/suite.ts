// The suite `conversion`: how near converted models stay to TensorFlow, what they are made of, what converting costs, and
// what quantizing leaves of them.
import type { Benchmark } from "../row.ts";
import { digitsRows } from "./digits.ts";
import { fidelityRows } from "./fidelity.ts";
import { quantizedRows } from "./quantized.ts";
import { speedRows } from "./speed.ts";
import { structureRows } from "./structure.ts";

/** All benchmarks of the suite, the short ones first. */
export function conversionSuite(bank: string): readonly Benchmark[] {
  return [...structureRows(bank), ...fidelityRows(bank), ...digitsRows, ...quantizedRows(bank), ...speedRows];
}
