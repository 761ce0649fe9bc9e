// All rules, one file per family.

import { activations } from "./activations.ts";
import { convolutions } from "./convolution.ts";
import { coreLayers } from "./core.ts";
import type { LayerRule } from "./layer.ts";
import { merging } from "./merging.ts";
import { normalizations } from "./normalization.ts";
import { pooling } from "./pooling.ts";
import { recurrentLayers } from "./recurrent.ts";
import { reshaping } from "./reshaping.ts";
import { transposedConvolutions } from "./transposed-convolution.ts";
import { wrappers } from "./wrappers.ts";

/** The rules of the house. */
export const standardLayers: readonly LayerRule[] = [
  ...activations,
  ...convolutions,
  ...coreLayers,
  ...merging,
  ...normalizations,
  ...pooling,
  ...recurrentLayers,
  ...reshaping,
  ...transposedConvolutions,
  ...wrappers,
];
