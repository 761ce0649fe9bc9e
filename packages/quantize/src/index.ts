// The public surface of @tersor/quantize.

export { asymmetricParameters, symmetricParameters } from "./affine.ts";
export { entropy } from "./calibrators/entropy.ts";
export { minMax } from "./calibrators/min-max.ts";
export { movingAverage } from "./calibrators/moving-average.ts";
export { mse } from "./calibrators/mse.ts";
export { percentile, percentileOf } from "./calibrators/percentile.ts";
export { standardCalibrators } from "./calibrators/index.ts";
export {
  foldInputScale,
  foldInputScales,
  type FoldedScales,
  type Folding,
  type FoldOptions,
} from "./equalize/fold-scale.ts";
export type {
  CrossLayerOptions,
  Equalize,
  EqualizeMethod,
  EqualizeStep,
  SmoothQuantOptions,
} from "./equalize/options.ts";
export { weightedReaders, type WeightedReader } from "./equalize/weighted-readers.ts";
export { emulateSums, type EmulatedLayer, type Emulation } from "./emulate/sums.ts";
export { materialize } from "./formats/materialize.ts";
export { lowerToOperators } from "./formats/qoperator.ts";
export { matchesPattern, type Rule } from "./placement/rules.ts";
export { defaultChoice, planIntegers, type CorrectionKind, type IntegerOptions } from "./integer.ts";
export type { BlocksOptions } from "./floating/blocks.ts";
export type { Float8Options } from "./floating/float8.ts";
export { roundToMx, roundToNvfp4, type MxElement } from "./floating/microscaling.ts";
export {
  float8Scale,
  miniFloatCode,
  miniFloats,
  miniFloatValue,
  roundToMiniFloat,
  type Float8Scaling,
  type MiniFloat,
} from "./floating/mini-float.ts";
export type { FloatOptions } from "./floating/quantize.ts";
export {
  formatsOf,
  optionsOfMode,
  quantizationModes,
  quantizationSettings,
  type QuantizationFormat,
  type QuantizationMode,
  type QuantizationOptions,
  type QuantizationSettings,
} from "./modes.ts";
export { prepare } from "./prepare.ts";
export { explainQuantization, quantizeGraph } from "./quantize.ts";
export { targets } from "./targets.ts";
export type { QuantizationTools, QuantizedGraph } from "./tools.ts";
export { withoutCures } from "./without-cures.ts";
export { quantizeWeight, type QuantizedWeight } from "./weights.ts";
export type {
  Codebook,
  GroupCodes,
  GroupSpec,
  InputStatistics,
  RoundingAlgorithm,
  RoundRows,
  WeightRows,
} from "./weight-only/algorithm.ts";
export { standardRoundings, weightOnlyAlgorithms } from "./weight-only/algorithms.ts";
export { awq } from "./weight-only/awq.ts";
export { gptq, type GptqOptions } from "./weight-only/gptq.ts";
export { hqq, type HqqOptions } from "./weight-only/hqq.ts";
export { kQuant } from "./weight-only/k-quant.ts";
export type { WeightOnlyOptions, WeightOnlySettings } from "./weight-only/options.ts";
