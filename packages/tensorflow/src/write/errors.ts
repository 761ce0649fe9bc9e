// The errors of writing, in alphabetical order.

import { TersorError } from "@tersor/core";

export function formatUnknown(facts: { file: string; formats: readonly string[] }): TersorError {
  return new TersorError(
    "TENSORFLOW_OUTPUT_FORMAT",
    `The ending of "${facts.file}" says no format that TensorFlow has. Name one of ${facts.formats.join(", ")}.`,
    facts,
  );
}

export function outputExists(facts: { file: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_OUTPUT_EXISTS",
    `"${facts.file}" exists already. Choose another path, or allow it to be overwritten (force).`,
    facts,
  );
}

export function outputIsInput(facts: { file: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_OUTPUT_IS_INPUT",
    `"${facts.file}" belongs to the model that was read, and is never overwritten. Choose another path.`,
    facts,
  );
}

export function outputNotWritable(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "TENSORFLOW_OUTPUT_NOT_WRITABLE",
    `"${facts.file}" can't be written: ${facts.why}. Check the folder and its permissions.`,
    facts,
    cause,
  );
}

export function outputTooLarge(facts: { sizeBytes: number; limitBytes: number }): TersorError {
  return new TersorError(
    "TENSORFLOW_OUTPUT_TOO_LARGE",
    `The graph with its weights takes ${facts.sizeBytes} bytes, and the format ends at ${facts.limitBytes}. Write ONNX or TensorFlow.js, which keep weights in files of their own.`,
    facts,
  );
}

export function unwritableFunction(facts: { function: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_FUNCTION_UNWRITABLE",
    `The graph runs the function "${facts.function}" under a condition or in a loop, which can't be written as a TensorFlow graph here. Write it as ONNX, or write new weights into the original model.`,
    facts,
  );
}

export function unwritableTensor(facts: { tensor: string; dtype: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_TYPE_UNWRITABLE",
    `The constant "${facts.tensor}" has the element type ${facts.dtype}, which this format does not have. Write the model as ONNX.`,
    facts,
  );
}

export function weightsFormat(facts: { file: string; why: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_WEIGHTS_FORMAT",
    `New weights can't be written into "${facts.file}": ${facts.why}.`,
    facts,
  );
}
