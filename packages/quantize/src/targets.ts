// The machines a result can be meant for, and what the quantizer has to know of them.

import { unknownTarget } from "./errors.ts";

/** Whether u8 x s8 kernels of the target may add two products in 16 bits, saturating (CPUs without VNNI). */
const saturates: Readonly<Record<string, boolean>> = {
  portable: true, // right on all machines, so on those too
  "x86-avx2": true,
  "x86-avx512": true,
  "x86-vnni": false,
  "x86-amx": false,
  arm64: false,
};

/** Names of the targets; the first is the default. */
export const targets: readonly string[] = Object.keys(saturates);

/** @throws QUANTIZE_UNKNOWN_TARGET */
export function assertTarget(target: string): void {
  if (!targets.includes(target)) throw unknownTarget(target, targets);
}

export function targetSaturates(target: string): boolean {
  return saturates[target] ?? false;
}
