// The errors of the ONNX door, one constructor each, in alphabetical order.

import { TersorError } from "@tersor/core";

/** Two things of one name where the graph can hold only one. */
export function duplicate(facts: { where: string; what: string; name: string }): TersorError {
  return new TersorError(
    "ONNX_DUPLICATE",
    `${facts.where} has two ${facts.what} named "${facts.name}". The file is broken; export the model again.`,
    facts,
  );
}

export function emptyFile(facts: { file: string }): TersorError {
  return new TersorError(
    "ONNX_EMPTY",
    `"${facts.file}" is empty. Was its download or export interrupted? Fetch or export it again.`,
    facts,
  );
}

export function externalDataLocation(facts: { weight: string; location: string; why: string }): TersorError {
  return new TersorError(
    "ONNX_EXTERNAL_DATA_LOCATION",
    `The weight "${facts.weight}" says its data is in the file "${facts.location}", but ${facts.why}.`,
    facts,
  );
}

export function externalDataMissing(facts: { weight: string; location: string; folder: string }): TersorError {
  return new TersorError(
    "ONNX_EXTERNAL_DATA_MISSING",
    `The weight "${facts.weight}" is in the file "${facts.location}", which is not in the folder "${facts.folder}". ` +
      `Put the data file beside the model, or pass { dataFolder }.`,
    facts,
  );
}

export function externalDataOutside(facts: { weight: string; location: string; folder: string }): TersorError {
  return new TersorError(
    "ONNX_EXTERNAL_DATA_OUTSIDE",
    `The weight "${facts.weight}" names the file "${facts.location}", which lies outside the model's folder "${facts.folder}". ` +
      `Put the data file beside the model, or pass { dataFolder } if you trust the source.`,
    facts,
  );
}

export function externalDataShort(facts: {
  weight: string;
  location: string;
  needsBytes: number;
  hasBytes: number;
}): TersorError {
  return new TersorError(
    "ONNX_EXTERNAL_DATA_SHORT",
    `The weight "${facts.weight}" needs the file "${facts.location}" up to byte ${facts.needsBytes}, but it has only ${facts.hasBytes} bytes. ` +
      `Was its download or export interrupted? Fetch or export it again.`,
    facts,
  );
}

export function externalName(facts: { name: string }): TersorError {
  return new TersorError(
    "ONNX_EXTERNAL_DATA_NAME",
    `externalDataName is "${facts.name}", but data files lie beside the model: give a plain file name without folders.`,
    facts,
  );
}

export function fileChanged(facts: { file: string }): TersorError {
  return new TersorError(
    "ONNX_FILE_CHANGED",
    `"${facts.file}" was changed while the model read from it is in use. Read the model again.`,
    facts,
  );
}

export function fileUnreadable(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "ONNX_FILE_UNREADABLE",
    `"${facts.file}" can't be read: ${facts.why}. Check the path and its permissions.`,
    facts,
    cause,
  );
}

/** Bytes that are not what protobuf or ONNX allow there. `offset` counts bytes from the start of the file. */
export function malformed(facts: { file: string; where: string; offset: number; why: string }, cause?: unknown) {
  return new TersorError(
    "ONNX_MALFORMED",
    `"${facts.file}" is damaged or not an ONNX model: ${facts.where}, at byte ${facts.offset}: ${facts.why}.`,
    facts,
    cause,
  );
}

export function notAModel(facts: { file: string; why: string }): TersorError {
  return new TersorError(
    "ONNX_NOT_A_MODEL",
    `"${facts.file}" is not an ONNX model: ${facts.why}. Give a .onnx file, as an exporter writes it.`,
    facts,
  );
}

export function opaqueForeign(facts: { where: string }): TersorError {
  return new TersorError(
    "ONNX_OPAQUE_ATTRIBUTE",
    `${facts.where} is of a kind that only the format it was read from can hold. Remove the attribute or its node.`,
    facts,
  );
}

export function outputDiskFull(facts: { file: string; sizeBytes: number }, cause?: unknown): TersorError {
  return new TersorError(
    "ONNX_OUTPUT_DISK_FULL",
    `There is no room on the disk for "${facts.file}" (${facts.sizeBytes} bytes). Nothing was left behind; make room or choose another folder.`,
    facts,
    cause,
  );
}

export function outputExists(facts: { file: string }): TersorError {
  return new TersorError(
    "ONNX_OUTPUT_EXISTS",
    `"${facts.file}" exists already. Choose another name, or pass force to replace it.`,
    facts,
  );
}

export function outputIsInput(facts: { file: string }): TersorError {
  return new TersorError(
    "ONNX_OUTPUT_IS_INPUT",
    `"${facts.file}" is a file of the model that was read, and Tersor never writes over its input. Choose another name.`,
    facts,
  );
}

export function outputNotWritable(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "ONNX_OUTPUT_NOT_WRITABLE",
    `"${facts.file}" can't be written: ${facts.why}. Check that the folder exists and may be written.`,
    facts,
    cause,
  );
}

export function tensorDims(facts: { tensor: string; where: string; dims: readonly number[]; why: string }) {
  return new TersorError(
    "ONNX_TENSOR_DIMS",
    `The tensor "${facts.tensor}" (${facts.where}) has the shape [${facts.dims.join(", ")}], but ${facts.why}.`,
    facts,
  );
}

export function tensorSize(facts: { tensor: string; where: string; needs: string; has: string }): TersorError {
  return new TersorError(
    "ONNX_TENSOR_SIZE",
    `The tensor "${facts.tensor}" (${facts.where}) needs ${facts.needs}, but the file has ${facts.has} for it.`,
    facts,
  );
}

export function tensorType(facts: { tensor: string; where: string; code: number }): TersorError {
  return new TersorError(
    "ONNX_TENSOR_TYPE",
    `The tensor "${facts.tensor}" (${facts.where}) has the element type ${facts.code}, which is not one that Tersor knows.`,
    facts,
  );
}

export function tooDeep(facts: { where: string; limit: number }): TersorError {
  return new TersorError(
    "ONNX_TOO_DEEP",
    `The graphs in the model are nested deeper than ${facts.limit} levels, at ${facts.where}. No exporter does that.`,
    facts,
  );
}

export function tooLarge(facts: { sizeBytes: number; limitBytes: number }): TersorError {
  return new TersorError(
    "ONNX_TOO_LARGE",
    `The model takes ${facts.sizeBytes} bytes, and one ONNX file holds at most ${facts.limitBytes}. ` +
      `Let the weights go to a data file: externalData "auto", "one-file" or "per-tensor".`,
    facts,
  );
}

export function tooMany(facts: { file: string; where: string; limit: string }): TersorError {
  return new TersorError(
    "ONNX_TOO_MANY",
    `"${facts.file}" holds more than ${facts.limit} besides tensors, at ${facts.where}. No exporter does that.`,
    facts,
  );
}

/** A tensor source gave another number of bytes than it announced: a bug of whoever made it. */
export function weightBytes(facts: { weight: string; expected: number; received: number }): TersorError {
  return new TersorError(
    "ONNX_WEIGHT_BYTES",
    `The source of the weight "${facts.weight}" announced ${facts.expected} bytes and gave ${facts.received}.`,
    facts,
  );
}

/** A model that is loaded block by block has no time of its own. */
export function blockwiseTime(): TersorError {
  return new TersorError(
    "ONNX_BLOCKWISE_TIME",
    "A model that runs block by block, because it is larger than the memory limit, can't be timed: loading its blocks would be most of it. Raise the limit, or measure on a machine that holds it.",
  );
}
