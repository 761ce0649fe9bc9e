// The errors of reading: models that are not what they say, in alphabetical order.

import { TersorError } from "@tersor/core";

export function constantBroken(facts: { node: string; why: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_CONSTANT",
    `The constant "${facts.node}" can't be read: ${facts.why}. The file is broken, or made by something else than TensorFlow; export the model again.`,
    facts,
  );
}

export function cycle(facts: { node: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_CYCLE",
    `"${facts.node}" depends on its own result, and there is no loop around it. The file is broken; export the model again.`,
    facts,
  );
}

export function functionCycle(facts: { function: string; calls: readonly string[] }): TersorError {
  return new TersorError(
    "TENSORFLOW_FUNCTION_CYCLE",
    `The function "${facts.function}" calls itself (${facts.calls.join(" -> ")}), so it can't be written out. Export the model without recursion.`,
    facts,
  );
}

export function nameTwice(facts: { node: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_NAME_TWICE",
    `Two nodes have the name "${facts.node}". The file is broken; export the model again.`,
    facts,
  );
}

export function notAModel(facts: { file: string; why: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_NOT_A_MODEL",
    `"${facts.file}" is not a TensorFlow model: ${facts.why}. Give a frozen .pb, a SavedModel folder, a checkpoint with its .meta, or a TensorFlow.js graph model.`,
    facts,
  );
}

export function outputsUnknown(facts: { file: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_OUTPUTS_UNKNOWN",
    `Nothing in "${facts.file}" looks like an output: no node is left that nobody reads. Name the outputs.`,
    facts,
  );
}

export function shardPath(facts: { file: string; path: string; why: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_SHARD_PATH",
    `"${facts.file}" says that weights are in "${facts.path}", but ${facts.why}. Put the model's files together as they were exported.`,
    facts,
  );
}

export function shardSize(facts: { file: string; weight: string; needsBytes: number; hasBytes: number }): TersorError {
  return new TersorError(
    "TENSORFLOW_SHARD_SIZE",
    `The weight "${facts.weight}" of "${facts.file}" ends at byte ${facts.needsBytes} of its group, but the group's files hold ${facts.hasBytes}. Copy or export them again.`,
    facts,
  );
}

export function signatureMissing(facts: {
  file: string;
  signature: string;
  signatures: readonly string[];
}): TersorError {
  return new TersorError(
    "TENSORFLOW_SIGNATURE_MISSING",
    `"${facts.file}" has no signature "${facts.signature}"; it has ${listed(facts.signatures)}. Name one of these, or name inputs and outputs.`,
    facts,
  );
}

export function tableUnsupported(facts: { node: string; op: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_TABLE",
    `"${facts.node}" (${facts.op}) looks values up in a table or a file beside the model, for which ONNX has no form. Name inputs behind it, or export the model without its text processing.`,
    facts,
  );
}

export function tagsMissing(facts: {
  file: string;
  tags: readonly string[];
  has: readonly (readonly string[])[];
}): TersorError {
  const sets = facts.has.map((tags) => `[${tags.join(", ")}]`);
  return new TersorError(
    "TENSORFLOW_TAGS_MISSING",
    `"${facts.file}" has no graph with the tags [${facts.tags.join(", ")}]; it has ${sets.join(", ") || "none at all"}. Choose one of these.`,
    facts,
  );
}

export function tensorMissing(facts: { file: string; tensor: string; role: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_TENSOR_MISSING",
    `The ${facts.role} "${facts.tensor}" is not in "${facts.file}". Name a tensor of the graph, such as "input" or "scores:1".`,
    facts,
  );
}

export function tooLarge(facts: { file: string; what: string; limit: number }): TersorError {
  return new TersorError(
    "TENSORFLOW_TOO_LARGE",
    `"${facts.file}" has more than ${facts.limit} ${facts.what}, which no real model has. The file is broken.`,
    facts,
  );
}

export function variableMismatch(facts: { variable: string; graph: string; stored: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_VARIABLE_MISMATCH",
    `The graph says that the variable "${facts.variable}" is ${facts.graph}, but the checkpoint has ${facts.stored}. Graph and checkpoint belong to different models.`,
    facts,
  );
}

export function variableMissing(facts: { variable: string; file: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_VARIABLE_MISSING",
    `The variable "${facts.variable}" is not among the stored values of "${facts.file}". Graph and checkpoint belong to different models, or the model was never trained or saved.`,
    facts,
  );
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
}
