// The machines a result can be meant for, and what the quantizer has to know of them.

import type { NodeForm } from "@tersor/core";
import { targetHasNoFormat, unknownTarget } from "./errors.ts";
import type { Choice } from "./placement/rules.ts";

interface Target {
  /** Whether its u8 x s8 kernels may add two products in 16 bits, saturating (x86 CPUs without VNNI). */
  readonly saturates: boolean;
  /** Defaults that differ from those of everywhere else. */
  readonly choice?: Choice;
  /** Integer formats its runtime takes; default all. */
  readonly formats?: readonly string[];
  /** Forms its runtime has integer kernels for; nodes of other forms stay float. Default all. */
  readonly forms?: readonly NodeForm[];
  /** Its runtime quantizes biases itself and does not take integer ones. */
  readonly floatBias?: boolean;
}

const table: Readonly<Record<string, Target>> = {
  portable: { saturates: true }, // right on all machines, so on those too
  "x86-avx2": { saturates: true },
  "x86-avx512": { saturates: true },
  "x86-vnni": { saturates: false },
  "x86-amx": { saturates: false },
  arm64: { saturates: false },
  // Relaxed SIMD may use whatever the CPU below has.
  web: { saturates: true },
  // https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/work-quantized-types.html: explicit
  // quantization is symmetric int8 in Q/DQ pairs, weights per channel, biases float.
  tensorrt: {
    saturates: false,
    choice: { activationType: "int8", activationScheme: "symmetric" },
    formats: ["qdq"],
    forms: ["static", "carried"],
    floatBias: true,
  },
};

/** Names of the targets; the first is the default. */
export const targets: readonly string[] = Object.keys(table);

function targetNamed(name: string): Target {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!found) throw unknownTarget(name, targets);
  return found;
}

/**
 * What a target wants by default.
 * @throws QUANTIZE_UNKNOWN_TARGET, QUANTIZE_TARGET_HAS_NO_FORMAT
 */
export function choiceFor(target: string, format: string): Choice {
  const { formats, choice = {} } = targetNamed(target);
  if (formats && !formats.includes(format)) throw targetHasNoFormat(target, format, formats);
  return choice;
}

/** Whether u8 x s8 kernels of the target may saturate. */
export function targetSaturates(target: string): boolean {
  return targetNamed(target).saturates;
}

/** Whether the target's runtime can compute a form. */
export function targetComputes(target: string, form: NodeForm): boolean {
  return targetNamed(target).forms?.includes(form) ?? true;
}

/** Whether biases become integers. */
export function targetTakesIntegerBias(target: string): boolean {
  return !targetNamed(target).floatBias;
}
