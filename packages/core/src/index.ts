// The public surface of @tersor/core, hand-kept.

export { isTersorError, TersorError, type ErrorData } from "./errors.ts";

export {
  byteLengthOf,
  dataTypeOf,
  dataTypes,
  isFloat,
  isInteger,
  type DataType,
  type TypedArray,
} from "./tensor/dtype.ts";
export { bfloat16FromFloat32, float16FromFloat32, float32FromBfloat16, float32FromFloat16 } from "./tensor/half.ts";
export {
  bytesOf,
  elementCount,
  float32,
  float32Of,
  int64,
  integerRange,
  numbersOf,
  saturateInt64,
  tensorFromBytes,
  tensorFromNumbers,
  tensorOf,
  type Shape,
  type Tensor,
} from "./tensor/tensor.ts";
export { derivedSource, reshapedSource, transposedSource } from "./tensor/layout.ts";
export { lazySource, sourceOf, type TensorSource } from "./tensor/source.ts";

export {
  addDims,
  boundsOfDim,
  broadcastDims,
  canonicalDim,
  ceilDivDims,
  compareDims,
  dimOfName,
  divDims,
  evaluateDim,
  floorDivDims,
  maxDims,
  minDims,
  modDims,
  mulDims,
  nameOfDim,
  namesOfDim,
  negDim,
  productOfDims,
  sameDim,
  sameDims,
  subDims,
  substituteDim,
  unknownDimOf,
  type Dim,
  type DimBindings,
} from "./graph/dim.ts";
export { bindShapes, evaluateShape, type BoundShapes } from "./infer/bind.ts";
export { costOf, type Cost } from "./infer/cost.ts";
export { GraphBuilder, type AddOptions } from "./graph/builder.ts";
export { inferTypes, type Inference, type InferenceProblem, type InferOptions } from "./infer/infer.ts";
export { standardOps } from "./ops/index.ts";
export { opRegistry, type OpRegistry } from "./ops/registry.ts";
export {
  attribute,
  constantSource,
  nodeOf,
  subgraphsOf,
  type Attribute,
  type Feeds,
  type Graph,
  type LocalFunction,
  type Node,
  type Subgraph,
  type Value,
  type ValueType,
  type Weight,
} from "./graph/graph.ts";
export {
  applySteps,
  dropped,
  extend,
  holdsCodes,
  isExactOrigin,
  originOf,
  restoreSource,
  type Origin,
  type OriginStep,
} from "./graph/origin.ts";

export {
  attributeReaders,
  defineOp,
  type AttributeSpec,
  type Elements,
  type Fact,
  type OpDefinition,
  type QuantizationTrait,
  type ResolvedTrait,
  type RuleContext,
  type ShapedInput,
  type TensorFact,
} from "./ops/define.ts";

export {
  type Batches,
  type CompileOptions,
  type Executable,
  type Executor,
  type ObserveOptions,
  type Runnable,
  type RunOptions,
  type Timing,
} from "./execute/executor.ts";
export {
  createObserver,
  mergeSummaries,
  type Observer,
  type ObserverKind,
  type ObserverRequest,
  type Summary,
} from "./execute/observer.ts";
export { edit, editEverywhere, GraphDraft, sortNodes } from "./graph/edit.ts";
export { allNames, capturesOf, mapBodies, renameUses, usesOf } from "./graph/names.ts";

export { defineMetric, type Metric, type MetricRun, type Resampling, type Verdict } from "./strategy/metric.ts";
export {
  type EmulatedModel,
  type GraphPicture,
  type LayerSaturation,
  type OpProfile,
  type OpTime,
  type PicturedNode,
  type PrecisionKind,
  type ProfileReport,
  type SaturationReport,
  type Sensitivity,
  type TensorError,
  type TensorHistogram,
  type WeightError,
} from "./diagnosis.ts";
export {
  type BenchmarkReport,
  type CheckedTensor,
  type CheckResult,
  type EvaluationReport,
  type ExactComparison,
  type FloatComparison,
  type GoalResult,
  type InstancesResult,
  type Interval,
  type Latency,
  type LatencyPair,
  type Machine,
  type McNemar,
  type MetricValue,
  type OutputFile,
  type PairedDifference,
  type Percentiles,
  type PerplexityComparison,
  type QuantizationReport,
  type Report,
  type TensorComparison,
  type TimeRatio,
  type VariantFile,
  type WorstOperator,
} from "./report.ts";
export type { ReportedTrial, TuningReport } from "./tuning-report.ts";

export {
  batchesOf,
  datasetOf,
  defineDataset,
  sampleBatchesOf,
  take,
  type BatchOptions,
  type Dataset,
  type DatasetContext,
  type DatasetDefinition,
  type Label,
  type LabelRecord,
  type Sample,
  type SampleBatch,
} from "./execute/dataset.ts";
export {
  checkFeeds,
  feedIssues,
  nearestName,
  type FeedChecks,
  type FeedIssue,
  type ModelInput,
} from "./execute/check-feeds.ts";
export { channelView, type ChannelView, type Kernels, type MatrixBlock } from "./kernels/kernels.ts";
export { referenceKernels, roundHalfEven } from "./kernels/reference.ts";
export { defineCalibrator, type Calibrator, type Range, type RangeSpec } from "./strategy/calibrator.ts";
export type {
  ActivationPlan,
  AffineParameters,
  Correction,
  Equalization,
  FloatNode,
  GroupsSpec,
  NodeForm,
  QuantizationPlan,
  SaturationCure,
  QuantizedNode,
  QuantizedType,
  WeightSpec,
} from "./plan.ts";
export { createTersor, type Plugin, type Tersor, type TersorOptions } from "./plugin.ts";
export { seededRandom } from "./random.ts";
export { createRegistry, type Registry } from "./registry.ts";
export {
  parseRecipe,
  recipeFrom,
  recipeJsonSchema,
  renderRecipe,
  type CheckSetting,
  type QuantizeStep,
  type Recipe,
} from "./recipe.ts";
export {
  defineRounding,
  type Codebook,
  type GroupCodes,
  type GroupSpec,
  type InputStatistics,
  type RoundingAlgorithm,
  type RoundRows,
  type WeightRows,
} from "./strategy/rounding.ts";
export {
  defineAdapter,
  type Adapter,
  type WriteFormat,
  type WriteOptions,
  type WrittenFile,
} from "./strategy/adapter.ts";
export {
  defineDistillationLoss,
  definePruningCriterion,
  definePruningPattern,
  defineQuantization,
  defineSchedule,
  type DistillationLoss,
  type PruningCriterion,
  type PruningPattern,
  type QuantizationStrategy,
  type Schedule,
  type StrategyContext,
} from "./strategy/strategies.ts";
export {
  defineTuningStrategy,
  type Objectives,
  type Proposal,
  type Setting,
  type Trial,
  type TrialOutcome,
  type TunableNode,
  type TuningConfig,
  type TuningDimension,
  type TuningGoal,
  type TuningNeed,
  type TuningObjective,
  type TuningSearch,
  type TuningStrategy,
} from "./strategy/tuning.ts";
export { runPasses, type Pass, type RunPassesOptions } from "./passes/pass.ts";
export { importPasses, quantizationPasses, standardPasses } from "./passes/lists.ts";
export { constantsToWeights } from "./passes/constants-to-weights.ts";
export { einsumToMatMul } from "./passes/einsum-to-matmul.ts";
export { foldBatchNorm } from "./passes/fold-batch-norm.ts";
export { foldConstants, foldConstantsWithCopies } from "./passes/fold-constants.ts";
export { foldScale } from "./passes/fold-scale.ts";
export { freezeWeights } from "./passes/freeze-weights.ts";
export { fuseLayerNorm } from "./passes/fuse-layer-norm.ts";
export { guardPaddedPooling } from "./passes/guard-padded-pooling.ts";
export { inlineFunctions } from "./passes/inline-functions.ts";
export { inlineConstantIf } from "./passes/inline-if.ts";
export { moveTransposes } from "./passes/layout/layout.ts";
export { meanToPool } from "./passes/mean-to-pool.ts";
export { biasAddOf, mergeBias, type BiasAdd } from "./passes/merge-bias.ts";
export { mergePad } from "./passes/merge-pad.ts";
export { mergeReshapes } from "./passes/merge-reshapes.ts";
export { removeDeadCode } from "./passes/dead-code.ts";
export { removeNoOps } from "./passes/no-ops.ts";
export { raiseOpset } from "./passes/raise-opset.ts";
export { shareInitializers } from "./passes/share-initializers.ts";
export { shareNodes } from "./passes/share-nodes.ts";
export { tiedProduct } from "./passes/tied-product.ts";
export { transposedGemm } from "./passes/transposed-gemm.ts";
export { gelus, type GeluPattern } from "./passes/patterns/gelu.ts";
export { indexChains } from "./passes/patterns/index-chains.ts";
export { layerNorms, type NormPattern } from "./passes/patterns/layer-norm.ts";
export { maskedSoftmaxes, type MaskedSoftmaxes } from "./passes/patterns/masked-softmax.ts";
export { problemsOf, supportedOpsets, verify, type GraphProblem, type GraphProblemKind } from "./graph/verify.ts";
