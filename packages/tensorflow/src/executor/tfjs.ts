// TensorFlow.js on its WebAssembly backend: the runtime of TensorFlow's own that installs everywhere.

import { readTensorFlow } from "../read/read.ts";
import { executorOf, type TensorFlowExecutor } from "./executor.ts";
import { graphModelOf } from "./graph-model.ts";

/**
 * Makes an executor on TensorFlow.js with the WebAssembly backend. It runs what our readers read, under the same names
 * of inputs and outputs, in a child process: one for each model. Operations that it lacks are an error that names them.
 * @example
 * const executor = tfjsExecutor();
 * const model = await executor.compile({ file: "frozen.pb" });
 * const { scores } = await model.run({ input });
 */
export function tfjsExecutor(): TensorFlowExecutor {
  return executorOf({
    runtime: "TensorFlow.js (wasm)",
    folders: [],
    read: (file) => readTensorFlow(file),
    prepare: (graph) => Promise.resolve({ model: graphModelOf(graph), discard: () => Promise.resolve() }),
  });
}
