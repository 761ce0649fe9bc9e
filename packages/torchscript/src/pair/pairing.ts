// Which weight of an exported graph is which parameter of the PyTorch model, as data.

import type { OriginStep } from "@tersor/core";

/** What says that a weight is a parameter. */
export type PairedBy =
  /** Its name, and its values. */
  | "name"
  /** Its values, to the bit, whatever the exporter called it. */
  | "value"
  /** Its values times the factors of a BatchNorm that the exporter folded, or its bias with that norm's shift. */
  | "batch-norm"
  /** Its name; the values differ, as after training. */
  | "name-only"
  /** Its shape and its place in the order of both, where nothing else does. */
  | "shape";

/** A weight of the graph, and how it came from the parameter. */
export interface PairedWeight {
  /** Name of the initializer. */
  readonly weight: string;
  /** From the parameter to the weight, in order; undone, they lead back. */
  readonly steps: readonly OriginStep[];
  readonly by: PairedBy;
  /** How likely the pair is right, 0 to 1. 1 where values are equal. */
  readonly confidence: number;
}

/** What became of a parameter. */
export type PairedParameter =
  | { readonly kind: "paired"; readonly weights: readonly [PairedWeight, ...PairedWeight[]] }
  | { readonly kind: "unpaired"; readonly why: string };

/** Every parameter of a state dict, by name. */
export type Pairing = ReadonlyMap<string, PairedParameter>;

/** How sure each evidence is. */
export const confidences = { name: 1, value: 1, "batch-norm": 0.99, "name-only": 0.9 } as const;
