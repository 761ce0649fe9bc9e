// The public surface of @tersor/tensorflow, hand-kept.

export { convertGraph, type ConvertOptions } from "./convert/convert.ts";
export { defineRule, type RuleContext, type TensorFlowRule } from "./convert/rule.ts";
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
