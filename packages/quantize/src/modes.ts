// The ways of quantizing, one row each: the forms their results have, and the options they take.

import { formatNotOfMode, optionOfOtherMode, unknownMode } from "./errors.ts";
import type { BlocksOptions } from "./floating/blocks.ts";
import type { Float8Options } from "./floating/float8.ts";
import type { FloatOptions } from "./floating/quantize.ts";
import type { IntegerOptions } from "./integer.ts";
import type { WeightOnlyOptions } from "./weight-only/options.ts";

/** How to quantize, by mode. Everything has a default but the mode. */
export type QuantizationOptions = IntegerOptions | WeightOnlyOptions | FloatOptions | Float8Options | BlocksOptions;
/** What the result computes in, and whether ranges of activations are found beforehand. */
export type QuantizationMode = QuantizationOptions["mode"];
/** How the result is written. */
export type QuantizationFormat = NonNullable<QuantizationOptions["format"]>;

type OptionOf<Options> = Options extends unknown ? keyof Options : never;
type ValueOf<Options, Key> = Options extends unknown ? (Key extends keyof Options ? Options[Key] : never) : never;
/** The options of all modes in one record: what a recipe or a command line says before it is known what fits. */
export type QuantizationSettings = {
  readonly [Key in OptionOf<QuantizationOptions>]?: ValueOf<QuantizationOptions, Key>;
};

interface Mode {
  /** The forms its results have; the first is the default. */
  readonly formats: readonly [QuantizationFormat, ...QuantizationFormat[]];
  /** Options beside those that every mode takes. */
  readonly options: readonly (keyof QuantizationSettings)[];
}

const everywhere = ["mode", "format", "rules", "target", "allowQuantized"] as const;

const integer = [
  "granularity",
  "weightType",
  "activationType",
  "activationScheme",
  "calibrator",
  "reduceRange",
  "opset",
  "equalize",
  "correct",
] as const;

const groups = [
  "algorithm",
  "bits",
  "averageBits",
  "groupSize",
  "scheme",
  "codebook",
  "actOrder",
  "damping",
  "clipSearch",
  "sequential",
  "tables",
  "keepLast",
  "accuracyLevel",
  "opset",
] as const;

const modes: Readonly<Record<QuantizationMode, Mode>> = {
  static: { formats: ["qdq", "qoperator"], options: integer },
  dynamic: { formats: ["integerops"], options: integer },
  "weight-only": { formats: ["matmulnbits", "qdq"], options: groups },
  fp16: { formats: ["float16", "storage"], options: ["keepIo"] },
  bf16: { formats: ["storage"], options: [] },
  fp8: { formats: ["qdq"], options: ["element", "scaling"] },
  mx: { formats: ["emulation"], options: ["element"] },
  nvfp4: { formats: ["emulation"], options: [] },
};

/** The names of the modes. */
export const quantizationModes = Object.keys(modes) as readonly QuantizationMode[];

/** The names of the options of all modes. */
export const quantizationSettings: readonly (keyof QuantizationSettings)[] = [
  ...new Set([...everywhere, ...Object.values(modes).flatMap(({ options }) => options)]),
];

/** The forms that results of a mode have; the first is the default. @throws QUANTIZE_UNKNOWN_MODE */
export function formatsOf(mode: QuantizationMode): readonly [QuantizationFormat, ...QuantizationFormat[]] {
  const found = modes[mode] as Mode | undefined;
  if (!found) throw unknownMode(mode, quantizationModes);
  return found.formats;
}

/**
 * The settings as options of their mode, nothing left out and nothing too much.
 * @throws QUANTIZE_UNKNOWN_MODE, QUANTIZE_FORMAT_OF_OTHER_MODE, QUANTIZE_OPTION_OF_OTHER_MODE
 */
export function optionsOfMode(
  settings: QuantizationSettings & { readonly mode: QuantizationMode },
): QuantizationOptions & { readonly format: QuantizationFormat } {
  const { mode } = settings;
  const formats = formatsOf(mode);
  const { format = formats[0] } = settings;
  if (!formats.includes(format)) throw formatNotOfMode(mode, format, formats);
  const given = Object.entries({ ...settings, format }).filter(([, value]) => value !== undefined);
  const known: readonly string[] = [...everywhere, ...modes[mode].options];
  const strange = given.find(([option]) => !known.includes(option))?.[0];
  if (strange !== undefined) throw optionOfOtherMode(strange, mode, modesWith(strange));
  return Object.fromEntries(given) as unknown as QuantizationOptions & { readonly format: QuantizationFormat };
}

function modesWith(option: string): readonly string[] {
  return quantizationModes.filter((mode) => (modes[mode].options as readonly string[]).includes(option));
}
