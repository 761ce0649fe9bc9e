// The suite `quantize`: what quantizing costs, how fast and how accurate its result is, what each method
// makes of a model, how close it stays to the source, and how the reader bears damaged files.
import { accuracyRows } from "./accuracy.ts";
import { archRows } from "./arch.ts";
import { hostileRows } from "./hostile.ts";
import { latencyRows } from "./latency.ts";
import { methodRows } from "./methods.ts";
import { processRows } from "./process.ts";
import type { Benchmark } from "./row.ts";
import { weightOnlyRows } from "./weight-only.ts";

/** All benchmarks of the suite, the short ones first. */
export function quantizeSuite(bank: string): readonly Benchmark[] {
  return [
    ...processRows,
    ...latencyRows,
    ...accuracyRows,
    ...methodRows,
    ...hostileRows,
    ...weightOnlyRows(bank),
    ...archRows(bank),
  ];
}
