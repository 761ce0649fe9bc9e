// The public surface of `tersor`, hand-kept: the calls behind the commands, and what a day with them needs.

export { benchmark, type BenchmarkOptions } from "./api/benchmark.ts";
export { type CheckChoice } from "./api/check.ts";
export { compare, type CompareOptions, type CompareReport } from "./api/compare.ts";
export { convert, type ConvertOptions } from "./api/convert.ts";
export { type DataSource } from "./api/data.ts";
export { doctor, type Diagnosis, type DoctorReport } from "./api/doctor.ts";
export { evaluate, type EvaluateOptions } from "./api/evaluate.ts";
export { type DiagnoseChoice } from "./api/diagnose.ts";
export {
  inspect,
  inspectReport,
  type InspectOptions,
  type InspectReport,
  type ModelInspection,
} from "./api/inspect.ts";
export { quantize, type QuantizeOptions, type QuantizeReport } from "./api/quantize.ts";
export { quantizeSet, type QuantizeSetOptions, type QuantizeSetReport } from "./api/quantize-set.ts";
export { type Printable } from "./api/report.ts";
export { run, type RunOptions } from "./api/run.ts";
export { tune } from "./api/tune.ts";
export { type TuneOptions } from "./api/tuning/options.ts";
export { house, type CommonOptions, type Progress } from "./api/session.ts";

export { type Condition } from "./suite/judge.ts";
export { type RowFigures, type RowResult } from "./suite/row-result.ts";
export { runSuite, type SuiteOptions } from "./suite/run-suite.ts";
export {
  openSuite,
  rowsOf,
  type DataDescription,
  type StandInModel,
  type Suite,
  type SuiteDataset,
  type SuiteModel,
  type SuiteRow,
  type SuiteTable,
} from "./suite/suite.ts";
export {
  loadSkeleton,
  type InputSketch,
  type Skeleton,
  type SkeletonRecord,
  type WeightSketch,
} from "./suite/skeleton.ts";
export { sketchedSamples, type SketchedOptions } from "./suite/sketched-samples.ts";

export {
  createTersor,
  defineAdapter,
  defineCalibrator,
  defineDataset,
  defineMetric,
  defineQuantization,
  defineTuningStrategy,
  isTersorError,
  parseRecipe,
  recipeFrom,
  recipeJsonSchema,
  renderRecipe,
  TersorError,
  type BenchmarkReport,
  type CheckResult,
  type Dataset,
  type EvaluationReport,
  type Executor,
  type Feeds,
  type Graph,
  type MetricValue,
  type Plugin,
  type QuantizationPlan,
  type QuantizationReport,
  type Recipe,
  type Report,
  type Tensor,
  type Tersor,
  type TuningReport,
  type TuningSearch,
  type TuningStrategy,
} from "@tersor/core";
export {
  images,
  jsonLines,
  npy,
  npz,
  openDataset,
  openHubDataset,
  random,
  rawImages,
  resolveHubFile,
  resolveHubFolder,
  resolveHubModel,
  testDataFolder,
  text,
} from "@tersor/data";
export {
  renderHtml,
  renderJson,
  renderMarkdown,
  renderMarkdownRow,
  renderMarkdownTable,
  renderTerminal,
  type Inspection,
} from "@tersor/evaluate";
export { createExecutor, readModel, writeModel, type ExecutorOptions } from "@tersor/onnx";
export { type QuantizationFormat, type QuantizationMode, type Rule } from "@tersor/quantize";
