// All rules, one file per family.

import { activations } from "./activations.ts";
import { applicationLayers } from "./applications.ts";
import { attentionLayers } from "./attention.ts";
import { convolutions } from "./convolution.ts";
import { coreLayers } from "./core.ts";
import type { LayerRule } from "./layer.ts";
import { merging } from "./merging.ts";
import { normalizations } from "./normalization.ts";
import { operationLayers } from "./operations.ts";
import { pooling } from "./pooling.ts";
import { preprocessing } from "./preprocessing.ts";
import { recurrentLayers } from "./recurrent.ts";
import { reshaping } from "./reshaping.ts";
import { transposedConvolutions } from "./transposed-convolution.ts";
import { wrappers } from "./wrappers.ts";

/** The rules of the house. */
export const standardLayers: readonly LayerRule[] = [
  ...activations,
  ...applicationLayers,
  ...attentionLayers,
  ...convolutions,
  ...coreLayers,
  ...merging,
  ...normalizations,
  ...operationLayers,
  ...pooling,
  ...preprocessing,
  ...recurrentLayers,
  ...reshaping,
  ...transposedConvolutions,
  ...wrappers,
];
