// What a rule can't do is thrown, and caught within the lowering, which goes on to find what else it can't lower.

import { evaluateDim, TersorError, type Dim } from "@tersor/core";

/** Refuses an operator, in words. */
export function refuse(why: string): never {
  throw new TersorError("TENSORFLOW_REFUSED", why, { why });
}

/** A dimension as a number; refused where it is not known. */
export function staticDim(dim: Dim | undefined, what: string): number {
  const size = dim === undefined ? undefined : evaluateDim(dim, {});
  return size ?? refuse(`${what} has to be known, and is ${dim}; give shapes of the inputs`);
}
