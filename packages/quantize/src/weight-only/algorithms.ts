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

/** The algorithm of a name, with the settings. @throws QUANTIZE_UNKNOWN_ALGORITHM */
export function algorithmOf(name: string, settings: WeightOnlySettings): RoundingAlgorithm {
  const make = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined;
  if (!make) throw unknownAlgorithm(name, weightOnlyAlgorithms);
  return make(settings);
}
