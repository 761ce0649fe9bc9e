// The output that a metric reads: by name, or the model's first.

import type { Feeds, Tensor } from "@tersor/core";
import { missingOutput } from "../errors.ts";

/**
 * The output `name`, or the first one when no name is given.
 * @throws EVALUATE_MISSING_OUTPUT when the model does not have it.
 */
export function outputNamed(
  metric: string,
  outputs: Feeds,
  name?: string,
): { readonly name: string; readonly tensor: Tensor } {
  const names = Object.keys(outputs);
  const wanted = name ?? names[0] ?? "";
  const tensor = Object.hasOwn(outputs, wanted) ? outputs[wanted] : undefined;
  if (tensor === undefined) throw missingOutput(metric, wanted, names);
  return { name: wanted, tensor };
}
