// The public surface of @tersor/evaluate, hand-kept.

export {
  benchmark,
  benchmarkPair,
  type BenchmarkOptions,
  type BenchmarkPairOptions,
  type TimeOptions,
} from "./benchmark.ts";
export { benchmarkInstances, type InstanceCommand, type InstancesOptions } from "./benchmark-instances.ts";
export { checkModel, defaultMinSqnrDb, type CheckOptions, type Graphs } from "./check-model.ts";
export { compareTensors, createComparison, type Comparison } from "./compare-tensors.ts";
export { allowedCores } from "./cores.ts";
export { bootstrapInterval, pairedBootstrap, type PairedBootstrap, type Uncertainty } from "./bootstrap.ts";
export { diagnose, weightHistograms, type DiagnoseOptions, type Diagnosis } from "./diagnosis/diagnose.ts";
export { pictureOf, type PictureOptions } from "./diagnosis/picture.ts";
export { profileModels, type ProfileOptions } from "./diagnosis/profile.ts";
export { compareEvaluations, evaluate, metricValueOf, type EvaluateOptions, type Evaluation } from "./evaluate.ts";
export { generate, type GenerationSettings } from "./generation/generate.ts";
export { type Generated, type GenerationModels } from "./generation/stepper.ts";
export { type GenerationOptions } from "./generation/writer.ts";
export { compareInspections, type ModelDifference } from "./inspect/compare.ts";
export {
  inspect,
  type InspectedNode,
  type InspectedWeight,
  type Inspection,
  type InspectOptions,
} from "./inspect/inspect.ts";
export { type Precision } from "./inspect/precision.ts";
export { typeText } from "./inspect/type-text.ts";
export { runInstance, type InstanceMessage } from "./instance.ts";
export { mcnemarExact, pairedDifference, pairedRatioInterval, wilsonInterval, type PairedCounts } from "./intervals.ts";
export { accuracy, type AccuracyOptions } from "./metrics/accuracy.ts";
export { bleu, bleuMetric } from "./metrics/bleu.ts";
export { f1, matthews, type Average, type F1Options } from "./metrics/classification.ts";
export { metricDefinitions } from "./metrics/catalog.ts";
export { type MetricDefinition, type OptionKind } from "./metrics/definition.ts";
export { type BoxFormat } from "./metrics/detection/boxes.ts";
export { cocoMetric, vocMetric, type CocoFigure } from "./metrics/detection/mean-average-precision.ts";
export { type DetectionOptions } from "./metrics/detection/read.ts";
export {
  metricFrom,
  metricNamed,
  metricNames,
  standardMetrics,
  type MetricDescription,
  type MetricOptions,
} from "./metrics/index.ts";
export {
  maskedAccuracy,
  maskedPerplexity,
  perplexity,
  type LanguageModelOptions,
  type PerplexityOptions,
} from "./metrics/language-model.ts";
export { metricOf, type MetricFunction } from "./metrics/metric-of.ts";
export { type ClassOptions } from "./metrics/predicted-classes.ts";
export { mse, pearson, spearman, type RegressionOptions } from "./metrics/regression.ts";
export { rouge, rougeMetric, type RougeKind, type RougeOptions, type RougeScore } from "./metrics/rouge.ts";
export { meanIou, type SegmentationOptions } from "./metrics/segmentation.ts";
export { scoreAnswer, type AnswerScore } from "./metrics/squad-answers.ts";
export { squad, type SquadOptions } from "./metrics/squad.ts";
export { taggingF1, type TaggingOptions } from "./metrics/tagging.ts";
export { type TextOptions } from "./metrics/text-output.ts";
export { cer, exactMatch, wer, wordErrorRate } from "./metrics/word-errors.ts";
export { listOutputs } from "./list-outputs.ts";
export { percentile, percentilesOf } from "./percentiles.ts";
export {
  formatBytes,
  formatChange,
  formatCount,
  formatDb,
  formatMs,
  formatNumber,
  formatPercent,
  formatTimes,
} from "./report/format.ts";
export { renderHtml, type HtmlOptions } from "./report/html/page.ts";
export { precisionText, renderDifference, renderInspection } from "./report/inspection.ts";
export { renderJson } from "./report/json.ts";
export { renderProfile } from "./report/diagnosis.ts";
export { renderMarkdown } from "./report/markdown-page.ts";
export { renderMarkdownRow, renderMarkdownTable } from "./report/markdown.ts";
export { createPaint, wantsColor, type Meaning, type Paint } from "./report/paint.ts";
export { renderTable, type Cell, type Column, type TableOptions } from "./report/table.ts";
export { renderTerminal, type TerminalOptions } from "./report/terminal.ts";
export { printable, shorten, textWidth } from "./report/text-width.ts";
export {
  dropIsVisible,
  smallestVisibleDrop,
  smallSetWarning,
  type ToleratedDrop,
  type VisibleDrop,
} from "./visible-drop.ts";
export { decoderOf, type Decoder } from "./decoding/decoder.ts";
export { comparePerplexity, perplexityOf, type DecoderComparisonOptions } from "./decoding/perplexity.ts";
