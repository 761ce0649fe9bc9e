// All rules, one file per family.

import type { TensorFlowRule } from "../rule.ts";
import { activation } from "./activation.ts";
import { arrange } from "./arrange.ts";
import { branch } from "./branch.ts";
import { casts } from "./cast.ts";
import { comparison } from "./comparison.ts";
import { convolutions } from "./convolution.ts";
import { cropping } from "./crop-and-resize.ts";
import { einsum } from "./einsum.ts";
import { elementwise } from "./elementwise.ts";
import { fakeQuantization } from "./fake-quantization.ts";
import { fills } from "./fill.ts";
import { fused } from "./fused.ts";
import { gathers } from "./gather.ts";
import { imageRules } from "./image.ts";
import { join } from "./join.ts";
import { lists } from "./lists.ts";
import { loop } from "./loop.ts";
import { matmul } from "./matmul.ts";
import { matrices } from "./matrix.ts";
import { suppressions } from "./non-max-suppression.ts";
import { normalization } from "./normalization.ts";
import { pooling } from "./pooling.ts";
import { quantizedWeighted } from "./quantized-weighted.ts";
import { quantizedOperations } from "./quantized.ts";
import { recurrent } from "./recurrent.ts";
import { reduction } from "./reduction.ts";
import { refused } from "./refused.ts";
import { reshapes } from "./reshape.ts";
import { scatters } from "./scatter.ts";
import { slices } from "./slice.ts";
import { spaceBatches } from "./space-to-batch.ts";
import { topKs } from "./top-k.ts";
import { transposedConvolutions } from "./transposed-convolution.ts";

/** The rules of the house. */
export const rules: readonly TensorFlowRule[] = [
  ...activation,
  ...arrange,
  ...branch,
  ...casts,
  ...comparison,
  ...convolutions,
  ...cropping,
  ...einsum,
  ...elementwise,
  ...fakeQuantization,
  ...fills,
  ...fused,
  ...gathers,
  ...imageRules,
  ...join,
  ...lists,
  ...loop,
  ...matmul,
  ...matrices,
  ...normalization,
  ...pooling,
  ...quantizedOperations,
  ...quantizedWeighted,
  ...recurrent,
  ...reduction,
  ...refused,
  ...reshapes,
  ...scatters,
  ...slices,
  ...spaceBatches,
  ...suppressions,
  ...topKs,
  ...transposedConvolutions,
];

/** Names of TensorFlow's operations that are converted, sorted. */
export function supportedOperations(): readonly string[] {
  const kept = rules.filter((rule) => !refused.includes(rule));
  return ["Const", "HostConst", "Placeholder", ...kept.flatMap(({ ops }) => ops)].toSorted((a, b) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
}
