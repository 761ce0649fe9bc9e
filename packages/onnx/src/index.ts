// The public surface of @tersor/onnx, hand-kept.

export { onnxAdapter } from "./adapter.ts";
export { readModel, readModelBytes, type ReadOptions } from "./read/model.ts";
export {
  readNamedTensor,
  readSequenceProto,
  readTensorProto,
  writeTensorProto,
  type NamedTensor,
} from "./test-data.ts";
export { modelBytes } from "./write/model.ts";
export { filesOf, writeModel, type WriteOptions, type WrittenModel } from "./write/write-model.ts";
export { createExecutor, type ExecutorOptions, type OnnxExecutor } from "./executor/executor.ts";
export { type LoadedRuntime, type RuntimeChoice, type RuntimeName } from "./executor/protocol.ts";
export { runtimeInfo, type RuntimeInfo } from "./executor/runtime-info.ts";
export { blockwiseExecutor } from "./blockwise/executor.ts";
