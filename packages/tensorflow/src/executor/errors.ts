// Errors of TensorFlow's executors, one constructor each, in alphabetical order.

import { TersorError } from "@tersor/core";
import type { UnsupportedOperation } from "../errors.ts";

/** The executors run TensorFlow's formats; ONNX graphs have an executor of their own. */
export function graphNotRunnable(facts: { model: string; runtime: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_GRAPH_NOT_RUNNABLE",
    `${facts.runtime} runs TensorFlow's files, and ${facts.model} is a graph in memory. Give { file }, or run it with the executor of @tersor/onnx.`,
    facts,
  );
}

export function liteRtMissing(facts: { reason: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_LITERT_MISSING",
    `LiteRT can't be loaded: ${facts.reason}. Install it with "npm install @litertjs/core@2.5.3".`,
    facts,
  );
}

/** A diagonal other than the main one of a square matrix. */
export function matrixDiagUnsupported(): TersorError {
  return new TersorError(
    "TENSORFLOW_MATRIX_DIAG",
    "MatrixDiagV3 runs in TensorFlow.js for the main diagonal of square matrices only. Run the model with @tensorflow/tfjs-node, or convert it to ONNX.",
    {},
  );
}

export function modelDisposed(facts: { model: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_MODEL_DISPOSED",
    `${facts.model} was disposed of. Compile it again to run it.`,
    facts,
  );
}

/** The runtime refused to load the model. */
export function modelRejected(facts: { model: string; runtime: string; reason: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_MODEL_REJECTED",
    `${facts.runtime} can't load ${facts.model}: ${facts.reason}`,
    facts,
  );
}

export function nodeMissing(facts: { reason: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_NODE_MISSING",
    `@tensorflow/tfjs-node can't be loaded: ${facts.reason}. Install it beside your project with "npm install @tensorflow/tfjs-node@4.22.0".`,
    facts,
  );
}

/** Inner values and their statistics are read where the converted model runs. */
export function observeUnsupported(facts: { runtime: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_OBSERVE_UNSUPPORTED",
    `${facts.runtime} does not observe inner values. Read the model, which converts it, and calibrate it with the executor of @tersor/onnx.`,
    facts,
  );
}

/** The runtime came to an operation that it does not have. */
export function operationMissing(facts: {
  model: string;
  runtime: string;
  operations: readonly UnsupportedOperation[];
}): TersorError {
  const ops = [...new Set(facts.operations.map(({ op }) => op))].sort().join(", ");
  return new TersorError(
    "TENSORFLOW_OPERATION_MISSING",
    `${facts.runtime} has no ${ops}, which ${facts.model} needs. Run it with @tensorflow/tfjs-node, or convert it to ONNX.`,
    facts,
  );
}

export function outputTypeUnsupported(facts: { dtype: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_OUTPUT_TYPE",
    `An output has the element type ${facts.dtype}, which can't be handed over. Name other outputs.`,
    facts,
  );
}

export function runAborted(facts: { model: string }, cause?: unknown): TersorError {
  return new TersorError("TENSORFLOW_RUN_ABORTED", `Running ${facts.model} was stopped on request.`, facts, cause);
}

export function runFailed(facts: { model: string; runtime: string; reason: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_RUN_FAILED",
    `${facts.runtime} failed to run ${facts.model}: ${facts.reason}`,
    facts,
  );
}

export function runTimeout(facts: { model: string; timeoutMs: number }): TersorError {
  return new TersorError(
    "TENSORFLOW_RUN_TIMEOUT",
    `Running ${facts.model} took longer than ${facts.timeoutMs} ms and was ended. Give a larger timeoutMs, or a smaller batch.`,
    facts,
  );
}

/** The process of the runtime ended while it was needed: killed, out of memory, or crashed by the model. */
export function runtimeEnded(facts: {
  model: string;
  exitCode: number | null;
  signal: string | null;
  stderr: string;
}): TersorError {
  const how = facts.signal === null ? `with code ${facts.exitCode}` : `by ${facts.signal}`;
  const said = facts.stderr === "" ? "" : ` Its last words: ${facts.stderr}`;
  return new TersorError(
    "TENSORFLOW_RUNTIME_ENDED",
    `The process that ran ${facts.model} was ended ${how}. The next run starts a new one.${said}`,
    facts,
  );
}

export function tapUnsupported(facts: { model: string; runtime: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_TAP_UNSUPPORTED",
    `${facts.runtime} gives the outputs of ${facts.model} and no inner values. Tap the converted model with the executor of @tersor/onnx.`,
    facts,
  );
}

export function tfjsMissing(facts: { reason: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_TFJS_MISSING",
    `TensorFlow.js can't be loaded: ${facts.reason}. Install it with "npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-converter@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0".`,
    facts,
  );
}
