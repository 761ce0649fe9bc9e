// All rules, one file per family.

import type { TensorFlowRule } from "../rule.ts";
import { elementwise } from "./elementwise.ts";

/** The rules of the house. */
export const rules: readonly TensorFlowRule[] = [...elementwise];
