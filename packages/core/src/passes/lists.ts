// The lists of passes, each entry with the reason for its place.

import { constantsToWeights } from "./constants-to-weights.ts";
import { removeDeadCode } from "./dead-code.ts";
import { einsumToMatMul } from "./einsum-to-matmul.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { foldConstants, foldConstantsWithCopies } from "./fold-constants.ts";
import { foldScale } from "./fold-scale.ts";
import { freezeWeights } from "./freeze-weights.ts";
import { fuseLayerNorm } from "./fuse-layer-norm.ts";
import { guardPaddedPooling } from "./guard-padded-pooling.ts";
import { inlineFunctions } from "./inline-functions.ts";
import { inlineConstantIf } from "./inline-if.ts";
import { moveTransposes } from "./layout/layout.ts";
import { meanToPool } from "./mean-to-pool.ts";
import { mergeBias } from "./merge-bias.ts";
import { mergePad } from "./merge-pad.ts";
import { mergeReshapes } from "./merge-reshapes.ts";
import { removeNoOps } from "./no-ops.ts";
import type { Pass } from "./pass.ts";
import { shareConstants, shareInitializers } from "./share-initializers.ts";
import { shareNodes } from "./share-nodes.ts";
import { reshapeAroundMatMul } from "./tensordot.ts";
import { tiedProduct } from "./tied-product.ts";
import { transposedGemm } from "./transposed-gemm.ts";

/** Makes any model smaller and plainer; nothing is computed in another way. */
export const standardPasses: readonly Pass[] = [
  constantsToWeights, // constants have one form before anything looks for them
  removeNoOps, //        what stands between a weight and its reader would hide it
  foldConstants, //      shapes and scales become literals; rearranged weights become direct ones
  inlineConstantIf, //   conditions on ranks and sizes are literals by now
  removeDeadCode, //     what only fed the folded nodes goes, so that the next pass compares less
  shareInitializers, //  last: only weights that stay are compared
];

/** Brings a model into the form in which the weighted operators are easy to find and to quantize. */
export const quantizationPasses: readonly Pass[] = [
  inlineFunctions, //         operators inside functions are operators like all others
  freezeWeights, //           weights of old files are inputs too, and could not be replaced
  constantsToWeights, //      constants have one form before anything looks for them
  removeNoOps, //             weights reached through Identity become direct ones; Dropout hides no pattern
  foldConstantsWithCopies, // so do weights reached through Transpose and Reshape, even tied ones: each is quantized its own way
  einsumToMatMul, //          a product with a weight is one, however it is spelled
  inlineConstantIf, //        a branch that is always taken is no reason to leave its operators float
  foldBatchNorm, //           a folded Conv has one weight range per channel and no float operator behind it
  mergeBias, //               a bias joins its operator, so that it can be int32
  removeDeadCode, //          placement must not see readers that do not matter
  // No shareInitializers: equal biases need different scales when their operators have them.
];

/** Brings what a door has converted node by node into the form that ONNX would be written in by hand. */
export const importPasses: readonly Pass[] = [
  constantsToWeights, // constants have one form before anything looks for them
  removeNoOps, //        what stands between a weight and its reader would hide it
  foldConstants, //      shapes become literals; weights brought into ONNX's layout become direct ones
  inlineConstantIf, //   conditions on ranks and sizes are literals by now
  shareNodes, //         TensorFlow asks for the same shape again and again; equal Transposes are one
  reshapeAroundMatMul, // before mergeBias makes a Gemm of a product that is only made a matrix for it
  fuseLayerNorm, //      before anything moves into the operators that it is written out in
  moveTransposes, //     operators that belong together meet without Transposes between them
  meanToPool, //         the axes of a mean are those of ONNX's layout by now
  mergePad, //           so are those of a Pad
  guardPaddedPooling, // behind mergePad: only zeros that MaxPool cannot add itself are in danger
  foldBatchNorm, //      a normalisation behind a Conv is none
  mergeBias, //          TensorFlow adds every bias apart
  foldScale, //          normalisations written out; behind mergeBias, which keeps the origin of a bias
  transposedGemm, //     what is still transposed now is a shared weight or a product of two activations
  tiedProduct, //        and a shared weight of a product of higher rank
  mergeReshapes, //      after the Transposes have settled: one that moves nothing could not cancel as a Reshape
  removeDeadCode, //     what only fed the folded nodes goes, so that the next pass compares less
  shareConstants, //     last: only weights that stay are compared; parameters keep a way home each
];
