// The public surface of @tersor/tensorflow, hand-kept.

export { tensorflowAdapter, type AdapterReadOptions } from "./adapter.ts";
export { convertGraph, type ConvertOptions } from "./convert/convert.ts";
export { supportedOperations } from "./convert/rules/index.ts";
export { defineRule, type RuleContext, type TensorFlowRule } from "./convert/rule.ts";
export { type TensorFlowExecutor } from "./executor/executor.ts";
export { installedRuntimes, type TensorFlowRuntime } from "./executor/installed.ts";
export { tfjsNodeExecutor, type TfjsNodeOptions } from "./executor/tfjs-node.ts";
export { tfjsExecutor } from "./executor/tfjs.ts";
export {
  type AttributeValues,
  type TensorFlowAttribute,
  type TensorFlowFunction,
  type TensorFlowGraph,
  type TensorFlowInput,
  type TensorFlowNode,
  type TensorFlowOutput,
} from "./graphdef/graph.ts";
export { readFrozenGraph } from "./read/frozen.ts";
export type { PortOptions } from "./read/ports.ts";
export { formatOf, readTensorFlow, type TensorFlowFormat, type TensorFlowReadOptions } from "./read/read.ts";
export { lowerGraph, type LowerOptions } from "./lower/lower.ts";
export { readManifest, type Manifest, type ManifestWeight } from "./tfjs/manifest.ts";
export type { QuantizedWeight, StoredAs, WeightType } from "./tfjs/quantization.ts";
export { weightFiles, writeTfjsGraphModel, type NamedWeight, type TfjsWriteOptions } from "./tfjs/write.ts";
export { writeTogether, type OutputFile, type WriteTogetherOptions } from "./write/files.ts";
export { frozenBytes } from "./write/graph-def.ts";
export { savedModelBytes, writeSavedModel } from "./write/saved-model.ts";
export type { TfliteOptions } from "./tflite/convert.ts";
export { tfliteBytes, writeTflite } from "./tflite/write.ts";
export { tfliteAdapter } from "./tflite/adapter.ts";
export { liteRtExecutor } from "./tflite/runner.ts";
export type { LostWeight } from "./weights/homes.ts";
export { writeWeightsBack, type WrittenWeights } from "./weights/write-back.ts";
