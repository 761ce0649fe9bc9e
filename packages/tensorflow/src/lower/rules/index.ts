// The rules of lowering, by family.

import type { LoweringRule } from "../rule.ts";
import { activationRules } from "./activation.ts";
import { convRules } from "./conv.ts";
import { einsumRules } from "./einsum.ts";
import { elementwiseRules } from "./elementwise.ts";
import { generateRules } from "./generate.ts";
import { matmulRules } from "./matmul.ts";
import { moveRules } from "./move.ts";
import { normalizationRules } from "./normalization.ts";
import { poolRules } from "./pool.ts";
import { reduceRules } from "./reduce.ts";
import { reshapeRules } from "./reshape.ts";
import { resizeRules } from "./resize.ts";
import { sliceRules } from "./slice.ts";

/** All rules. */
export const loweringRules: readonly LoweringRule[] = [
  ...activationRules,
  ...convRules,
  ...einsumRules,
  ...elementwiseRules,
  ...generateRules,
  ...matmulRules,
  ...moveRules,
  ...normalizationRules,
  ...poolRules,
  ...reduceRules,
  ...reshapeRules,
  ...resizeRules,
  ...sliceRules,
];
