// The public surface of @tersor/quantize.

export { asymmetricParameters, symmetricParameters } from "./affine.ts";
export { entropy } from "./calibrators/entropy.ts";
export { minMax } from "./calibrators/min-max.ts";
export { movingAverage } from "./calibrators/moving-average.ts";
export { mse } from "./calibrators/mse.ts";
export { percentile, percentileOf } from "./calibrators/percentile.ts";
export { standardCalibrators } from "./calibrators/index.ts";
export { explainQuantization } from "./explain.ts";
export { materialize } from "./formats/materialize.ts";
export { lowerToOperators } from "./formats/qoperator.ts";
export { matchesPattern, type Rule } from "./placement/rules.ts";
export {
  defaultChoice,
  planQuantization,
  prepare,
  quantizeGraph,
  type QuantizationFormat,
  type QuantizationMode,
  type QuantizationOptions,
  type QuantizationTools,
  type QuantizedGraph,
} from "./quantize.ts";
export { targets } from "./targets.ts";
export { quantizeWeight, type QuantizedWeight } from "./weights.ts";
