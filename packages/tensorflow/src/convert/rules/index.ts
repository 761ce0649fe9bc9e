// All rules, one file per family.

import type { TensorFlowRule } from "../rule.ts";
import { activation } from "./activation.ts";
import { arrange } from "./arrange.ts";
import { branch } from "./branch.ts";
import { casts } from "./cast.ts";
import { comparison } from "./comparison.ts";
import { convolutions } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { fills } from "./fill.ts";
import { fused } from "./fused.ts";
import { gathers } from "./gather.ts";
import { join } from "./join.ts";
import { lists } from "./lists.ts";
import { loop } from "./loop.ts";
import { matmul } from "./matmul.ts";
import { normalization } from "./normalization.ts";
import { pooling } from "./pooling.ts";
import { reduction } from "./reduction.ts";
import { reshapes } from "./reshape.ts";
import { scatters } from "./scatter.ts";
import { slices } from "./slice.ts";
import { transposedConvolutions } from "./transposed-convolution.ts";

/** The rules of the house. */
export const rules: readonly TensorFlowRule[] = [
  ...activation,
  ...arrange,
  ...branch,
  ...casts,
  ...comparison,
  ...convolutions,
  ...elementwise,
  ...fills,
  ...fused,
  ...gathers,
  ...join,
  ...lists,
  ...loop,
  ...matmul,
  ...normalization,
  ...pooling,
  ...reduction,
  ...reshapes,
  ...scatters,
  ...slices,
  ...transposedConvolutions,
];
