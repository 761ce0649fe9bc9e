// The operators that can work in another order of axes.

import { axisRules } from "./axis-rules.ts";
import { elementwiseRules } from "./elementwise-rules.ts";
import type { LayoutRule } from "./rule.ts";
import { shapeRules } from "./shape-rules.ts";

/** By operator type, in ONNX's own domain. */
export const layoutRules: ReadonlyMap<string, LayoutRule> = new Map([...elementwiseRules, ...axisRules, ...shapeRules]);

/** Operators that ONNX defines with the channels first: what can stand on either side of a Transpose stands on theirs. */
export const channelsFirst: ReadonlySet<string> = new Set(
  `AveragePool BatchNormalization Conv ConvInteger ConvTranspose DeformConv DepthToSpace GlobalAveragePool
   GlobalLpPool GlobalMaxPool InstanceNormalization LpPool LRN MaxPool QLinearConv SpaceToDepth Upsample`.split(/\s+/),
);
