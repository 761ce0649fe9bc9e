// The errors of the PyTorch door, one constructor each, in alphabetical order.

import { TersorError } from "@tersor/core";

export function archiveInvalid(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "TORCH_ARCHIVE_INVALID",
    `"${facts.file}" is damaged or not an archive that PyTorch wrote: ${facts.why}. Fetch it or save it again.`,
    facts,
    cause,
  );
}

export function fileChanged(facts: { file: string }): TersorError {
  return new TersorError(
    "TORCH_FILE_CHANGED",
    `"${facts.file}" was changed while the weights read from it are in use. Read it again.`,
    facts,
  );
}

export function fileUnreadable(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "TORCH_FILE_UNREADABLE",
    `"${facts.file}" can't be read: ${facts.why}. Check the path and its permissions.`,
    facts,
    cause,
  );
}

export function indexInvalid(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "TORCH_INDEX_INVALID",
    `"${facts.file}" is not the index of a sharded model: ${facts.why}. Fetch it or save the model again.`,
    facts,
    cause,
  );
}

/** Formats of before PyTorch 1.6. */
export function legacyFormat(facts: { file: string }): TersorError {
  return new TersorError(
    "TORCH_LEGACY_FORMAT",
    `"${facts.file}" is in the format of PyTorch before 1.6, which is not read. Save it again: ` +
      `torch.save(torch.load("old.pt", weights_only=True), "new.pt"), or as safetensors.`,
    facts,
  );
}

/** Weights without the graph that they are for. */
export function noGraph(facts: { path: string }): TersorError {
  return new TersorError(
    "TORCH_NO_GRAPH",
    `"${facts.path}" holds weights, but no ONNX graph of the model lies beside them, and PyTorch code is not run here. ` +
      `Export it in Python: torch.onnx.export(model, (example,), "model.onnx", dynamo=True), or with dynamo=False for the older exporter; ` +
      `put model.onnx beside the weights and give that folder. docs/pytorch.md has both calls in full.`,
    facts,
  );
}

/** A graph that did not come through this door has no parameters to go back to. */
export function noOrigin(facts: { path: string }): TersorError {
  return new TersorError(
    "TORCH_NO_ORIGIN",
    `"${facts.path}" can't be written: the model was not read from a folder with PyTorch weights, so their names are not known. ` +
      `Give the folder that holds the exported .onnx beside the .safetensors or .pt file.`,
    facts,
  );
}

/** A TorchScript archive has a fixed set of tensors. */
export function noPlaceForExtras(facts: { file: string }): TersorError {
  return new TersorError(
    "TORCH_NO_PLACE_FOR_EXTRAS",
    `"${facts.file}" has no dict that scales and masks could be put into. Write to a .safetensors file, or leave them out: { extras: false }.`,
    facts,
  );
}

export function notWeights(facts: { file: string; why: string }): TersorError {
  return new TersorError(
    "TORCH_NOT_WEIGHTS",
    `"${facts.file}" holds no weights that are known here: ${facts.why}. Give a .safetensors file, its index, or a .pt, .pth or .bin that torch.save wrote.`,
    facts,
  );
}

export function noWeights(facts: { path: string }): TersorError {
  return new TersorError(
    "TORCH_NO_WEIGHTS",
    `No weights lie beside "${facts.path}", or more than one file of them. Put one .safetensors, .pt, .pth or .bin file beside the graph, or give its path.`,
    facts,
  );
}

export function outputExists(facts: { file: string }): TersorError {
  return new TersorError(
    "TORCH_OUTPUT_EXISTS",
    `"${facts.file}" exists already. Choose another name, or pass force to replace it.`,
    facts,
  );
}

export function outputIsInput(facts: { file: string }): TersorError {
  return new TersorError(
    "TORCH_OUTPUT_IS_INPUT",
    `"${facts.file}" is a file that the weights were read from, and Tersor never writes over its input. Choose another name.`,
    facts,
  );
}

export function outputNotWritable(facts: { file: string; why: string }, cause?: unknown): TersorError {
  return new TersorError(
    "TORCH_OUTPUT_NOT_WRITABLE",
    `"${facts.file}" can't be written: ${facts.why}. Check that the folder exists and may be written.`,
    facts,
    cause,
  );
}

/** A pickle that asks for more than data. */
export function pickleForbidden(facts: { file: string; what: string; offset: number }): TersorError {
  return new TersorError(
    "TORCH_PICKLE_FORBIDDEN",
    `"${facts.file}" holds more than tensors: at byte ${facts.offset} of its pickle it asks for ${facts.what}. Nothing of it was run. ` +
      `If you trust the file, save only the weights in Python: torch.save(model.state_dict(), "weights.pt").`,
    facts,
  );
}

export function pickleInvalid(facts: { file: string; why: string; offset?: number }): TersorError {
  const where = facts.offset === undefined ? "" : `, at byte ${facts.offset} of its pickle`;
  return new TersorError(
    "TORCH_PICKLE_INVALID",
    `"${facts.file}" is damaged${where}: ${facts.why}. Fetch it or save it again.`,
    facts,
  );
}

export function safetensorsInvalid(
  facts: { file: string; why: string; tensor?: string },
  cause?: unknown,
): TersorError {
  return new TersorError(
    "TORCH_SAFETENSORS_INVALID",
    `"${facts.file}" is damaged or not a safetensors file: ${facts.why}. Fetch it or save it again.`,
    facts,
    cause,
  );
}

export function shardMissing(facts: { file: string; shard: string }): TersorError {
  return new TersorError(
    "TORCH_SHARD_MISSING",
    `The index "${facts.file}" names the shard "${facts.shard}", which is not beside it. Fetch all shards of the model.`,
    facts,
  );
}

export function targetUnknown(facts: { path: string }): TersorError {
  return new TersorError(
    "TORCH_TARGET_UNKNOWN",
    `"${facts.path}" has no ending that weights are written under. Name it .safetensors, .pt, .pth or .bin.`,
    facts,
  );
}

export function tensorTypeUnwritable(facts: { tensor: string; dtype: string; format: string }): TersorError {
  return new TersorError(
    "TORCH_TENSOR_TYPE_UNWRITABLE",
    `The tensor "${facts.tensor}" is ${facts.dtype}, which ${facts.format} files can't hold. Convert it to another type first.`,
    facts,
  );
}
