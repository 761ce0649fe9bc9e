// Errors of the executors, one constructor each, in alphabetical order.

import { TersorError } from "@tersor/core";

/** An element type that onnxruntime's JavaScript interface can't take in or give out. */
export function elementTypeUnsupported(facts: { name: string; dtype: string }): TersorError {
  return new TersorError(
    "ONNX_ELEMENT_TYPE_UNSUPPORTED",
    `"${facts.name}" has the element type ${facts.dtype}, which onnxruntime does not exchange with JavaScript. ` +
      `Put a Cast to float32 beside it.`,
    facts,
  );
}

/** The runtime refused to load the model. `node` is there when its message names one. */
export function modelRejected(facts: { model: string; runtime: string; reason: string; node?: string }): TersorError {
  const where = facts.node === undefined ? "" : ` because of the node "${facts.node}"`;
  return new TersorError(
    "ONNX_MODEL_REJECTED",
    `${facts.runtime} can't load ${facts.model}${where}: ${facts.reason}`,
    facts,
  );
}

/** The process that held the observers ended, and a new one was started for the next batch. */
export function observersLost(): TersorError {
  return new TersorError(
    "ONNX_OBSERVERS_LOST",
    "The process that observed the batches was ended in between, and what it had found is lost. Observe again.",
    {},
  );
}

export function outputNotTensor(facts: { model: string; output: string; type: string }): TersorError {
  return new TersorError(
    "ONNX_OUTPUT_NOT_TENSOR",
    `"${facts.output}" of ${facts.model} is no tensor but a ${facts.type}, which can't be read here. Ask for other outputs.`,
    facts,
  );
}

export function runAborted(facts: { model: string }, cause?: unknown): TersorError {
  return new TersorError("ONNX_RUN_ABORTED", `Running ${facts.model} was stopped on request.`, facts, cause);
}

export function runFailed(facts: { model: string; runtime: string; reason: string; node?: string }): TersorError {
  const where = facts.node === undefined ? "" : ` at the node "${facts.node}"`;
  return new TersorError(
    "ONNX_RUN_FAILED",
    `${facts.runtime} failed to run ${facts.model}${where}: ${facts.reason}`,
    facts,
  );
}

export function runTimeout(facts: { model: string; timeoutMs: number }): TersorError {
  return new TersorError(
    "ONNX_RUN_TIMEOUT",
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
  const hint = facts.signal === "SIGKILL" ? " The system may have run out of memory." : "";
  const said = facts.stderr === "" ? "" : ` Its last words: ${facts.stderr}`;
  return new TersorError(
    "ONNX_RUNTIME_ENDED",
    `The process that ran ${facts.model} was ended ${how}.${hint} The next run starts a new one.${said}`,
    facts,
  );
}

export function runtimeMissing(facts: { wanted: string; reason: string }): TersorError {
  return new TersorError(
    "ONNX_RUNTIME_MISSING",
    `${facts.wanted} can't be loaded: ${facts.reason}. Install it with "npm install ${facts.wanted}@1.30.0".`,
    facts,
  );
}

export function sessionDisposed(facts: { model: string }): TersorError {
  return new TersorError("ONNX_SESSION_DISPOSED", `${facts.model} was disposed of. Compile it again to run it.`, facts);
}

/** A value to observe or tap that lies in the body of an If, Loop or Scan. */
export function tapInsideBody(facts: { tensor: string; node: string; op: string }): TersorError {
  return new TersorError(
    "ONNX_TAP_INSIDE_BODY",
    `"${facts.tensor}" is made inside the body of the ${facts.op} node "${facts.node}", where it can't be read from outside.`,
    facts,
  );
}

export function tapUnknown(facts: { tensor: string; model: string }): TersorError {
  return new TersorError(
    "ONNX_TAP_UNKNOWN",
    `No node, input or weight of ${facts.model} makes the value "${facts.tensor}".`,
    facts,
  );
}
