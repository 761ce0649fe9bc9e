// Where a weight came from: source tensors and the chain of changes that led here, oldest first.
// Run backwards it gives the source again, which is how trained and quantized weights find their way home.

import type { DataType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/tensor.ts";

/** One change on the way from the source to the weight. */
export type OriginStep =
  | { readonly kind: "transpose"; readonly permutation: readonly number[] }
  | { readonly kind: "reshape"; readonly from: Shape; readonly to: Shape }
  | { readonly kind: "cast"; readonly from: DataType; readonly to: DataType }
  /** Multiplied along `axis` by `factors`; undone with an error of a few ulp per element. */
  | { readonly kind: "scale"; readonly axis: number; readonly factors: Float32Array };

/** The source of a weight by name, or why it was given up. */
export type Origin =
  | { readonly kind: "chain"; readonly source: string; readonly steps: readonly OriginStep[] }
  | { readonly kind: "dropped"; readonly why: string };

/** The origin of a weight as it was read. */
export function originOf(source: string): Origin {
  return { kind: "chain", source, steps: [] };
}

/** The origin of a value that no source tensor stands for. */
export function dropped(why: string): Origin {
  return { kind: "dropped", why };
}

/** The chain, one step longer. */
export function extend(origin: Origin, ...steps: readonly OriginStep[]): Origin {
  return origin.kind === "dropped" ? origin : { ...origin, steps: [...origin.steps, ...steps] };
}
