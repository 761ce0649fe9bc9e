// The ways of quantizing, one row each: what they write, what they take, and how they do it.

import type { Graph, QuantizationPlan } from "@tersor/core";
import { planOf } from "./calibrate.ts";
import { optionOfOtherMode } from "./errors.ts";
import { placementOf, quantizeIntegers, type IntegerOptions } from "./integer.ts";
import { prepare } from "./prepare.ts";
import type { QuantizationTools, QuantizedGraph } from "./tools.ts";

/** How to quantize. Everything has a default but the mode; an option that its mode does not know is an error. */
export type QuantizationOptions = IntegerOptions;
/** What the result computes in, and whether ranges of activations are found beforehand. */
export type QuantizationMode = QuantizationOptions["mode"];
/** How the result is written. */
export type QuantizationFormat = NonNullable<QuantizationOptions["format"]>;

interface Mode {
  /** The forms its results have; the first is the default. */
  readonly formats: readonly [QuantizationFormat, ...QuantizationFormat[]];
  /** Options beside the mode and the format. */
  readonly options: readonly (keyof QuantizationOptions)[];
  quantize(graph: Graph, options: QuantizationOptions, tools: QuantizationTools): Promise<QuantizedGraph>;
  /** The decisions, without running anything. */
  explain(graph: Graph, options: QuantizationOptions): QuantizationPlan;
}

const always = ["mode", "format", "rules", "opset", "allowQuantized"] as const;

const integers: Omit<Mode, "formats"> = {
  options: ["target", "granularity", "weightType", "activationType", "activationScheme", "calibrator", "reduceRange"],
  quantize: quantizeIntegers,
  explain: (graph, options) => planOf(placementOf(prepare(graph), options)),
};

const modes: Readonly<Record<QuantizationMode, Mode>> = {
  static: { formats: ["qdq", "qoperator"], ...integers },
  dynamic: { formats: ["integerops"], ...integers },
};

/** The names of the modes. */
export const quantizationModes = Object.keys(modes) as readonly QuantizationMode[];

/** The forms that results of a mode have; the first is the default. */
export function formatsOf(mode: QuantizationMode): readonly [QuantizationFormat, ...QuantizationFormat[]] {
  return modes[mode].formats;
}

/** @throws QUANTIZE_OPTION_OF_OTHER_MODE for an option that says nothing in this mode. */
export function modeOf(options: QuantizationOptions): Mode {
  const mode = modes[options.mode];
  const known: readonly string[] = [...always, ...mode.options];
  for (const [option, value] of Object.entries(options))
    if (value !== undefined && !known.includes(option))
      throw optionOfOtherMode(option, options.mode, modesWith(option));
  return mode;
}

function modesWith(option: string): readonly string[] {
  return quantizationModes.filter((mode) => (modes[mode].options as readonly string[]).includes(option));
}
