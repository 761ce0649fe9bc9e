// The weight-only algorithms by name.

import type { RoundingAlgorithm } from "./algorithm.ts";
import { awq } from "./awq.ts";
import { unknownAlgorithm } from "./errors.ts";
import { gptq } from "./gptq.ts";
import { hqq } from "./hqq.ts";
import { kQuant } from "./k-quant.ts";
import type { WeightOnlySettings } from "./options.ts";
import { rtn } from "./rtn/rtn.ts";

const algorithms: Readonly<Record<string, (settings: WeightOnlySettings) => RoundingAlgorithm>> = {
  rtn: ({ clipSearch = false }) => rtn({ clipSearch }),
  gptq: ({ actOrder = true, damping }) => gptq({ actOrder, ...(damping !== undefined && { damping }) }),
  awq: () => awq,
  hqq: () => hqq(),
  "k-quant": () => kQuant,
};

/** The names of the algorithms. */
export const weightOnlyAlgorithms = Object.keys(algorithms);

/** The same with their defaults, as a plugin brings algorithms. */
export const standardRoundings: readonly RoundingAlgorithm[] = Object.values(algorithms).map((make) => make({}));

/** The algorithm of a name: one of the house, with the settings, or one of `others`. @throws QUANTIZE_UNKNOWN_ALGORITHM */
export function algorithmOf(
  name: string,
  settings: WeightOnlySettings,
  others: readonly RoundingAlgorithm[] = [],
): RoundingAlgorithm {
  if (Object.hasOwn(algorithms, name)) return algorithms[name]!(settings);
  const found = others.find((algorithm) => algorithm.name === name);
  if (!found) throw unknownAlgorithm(name, [...new Set([...weightOnlyAlgorithms, ...others.map((one) => one.name)])]);
  return found;
}
