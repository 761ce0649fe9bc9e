// The list of layers, reductions, control flow, sequences and signal operators of ONNX, by family.

import { attention, rotaryEmbedding } from "./attention.ts";
import { ifOp, loop, scan } from "./control-flow.ts";
import { conv, convInteger, qLinearConv } from "./conv.ts";
import { convTranspose } from "./conv-transpose.ts";
import type { OpDefinition } from "./define.ts";
import { deformConv } from "./deform-conv.ts";
import { det } from "./det.ts";
import { nonMaxSuppression } from "./detection.ts";
import { imageDecoder } from "./image-decoder.ts";
import { negativeLogLikelihoodLoss, softmaxCrossEntropyLoss } from "./loss.ts";
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  lpNormalization,
  lrn,
  meanVarianceNormalization,
  rmsNormalization,
  simplifiedLayerNormalization,
} from "./normalization.ts";
import { averagePool, globalAveragePool, globalLpPool, globalMaxPool, lpPool, maxPool, maxUnpool } from "./pool.ts";
import { gru, lstm, rnn } from "./recurrent.ts";
import { argMax, argMin, reductions } from "./reduce.ts";
import { maxRoiPool, roiAlign } from "./region.ts";
import { resize, upsample } from "./resize.ts";
import { affineGrid, centerCropPad, col2Im, gridSample } from "./sampling.ts";
import {
  concatFromSequence,
  optional,
  optionalGetElement,
  optionalHasElement,
  sequenceAt,
  sequenceConstruct,
  sequenceEmpty,
  sequenceErase,
  sequenceInsert,
  sequenceLength,
  sequenceMap,
  splitToSequence,
} from "./sequence.ts";
import { dft, melWeightMatrix, stft, windowFunctions } from "./signal.ts";
import { hardmax, logSoftmax, softmax } from "./softmax.ts";
import { labelEncoder, regexFullMatch, stringConcat, stringNormalizer, stringSplit, tfIdfVectorizer } from "./text.ts";

export const neuralOps: readonly OpDefinition[] = [
  ...[conv, convInteger, qLinearConv, convTranspose, deformConv],
  ...[maxPool, averagePool, lpPool, globalAveragePool, globalMaxPool, globalLpPool, maxUnpool],
  ...[roiAlign, maxRoiPool, nonMaxSuppression],
  ...[resize, upsample, gridSample, affineGrid, col2Im, centerCropPad],
  ...[batchNormalization, instanceNormalization, layerNormalization, groupNormalization, rmsNormalization],
  ...[simplifiedLayerNormalization, lpNormalization, lrn, meanVarianceNormalization],
  ...[softmax, logSoftmax, hardmax, attention, rotaryEmbedding],
  ...[...reductions, argMax, argMin],
  ...[rnn, gru, lstm],
  ...[ifOp, loop, scan],
  ...[sequenceAt, sequenceConstruct, sequenceEmpty, sequenceErase, sequenceInsert, sequenceLength, sequenceMap],
  ...[splitToSequence, concatFromSequence, optional, optionalGetElement, optionalHasElement],
  ...[dft, stft, melWeightMatrix, ...windowFunctions, det],
  ...[stringNormalizer, tfIdfVectorizer, stringConcat, stringSplit, regexFullMatch, labelEncoder],
  ...[negativeLogLikelihoodLoss, softmaxCrossEntropyLoss, imageDecoder],
];
