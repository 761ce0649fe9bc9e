// The errors of the TensorFlow door, one constructor each, in alphabetical order.

import { TersorError } from "@tersor/core";

/** An operation that can't be converted, and why. */
export interface UnsupportedOperation {
  readonly node: string;
  readonly op: string;
  readonly why: string;
}

export function controlFlowUnstructured(facts: { node: string; why: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_CONTROL_FLOW",
    `The loops or conditions around "${facts.node}" can't be converted: ${facts.why}. Export the model from TensorFlow 2, or name outputs before them.`,
    facts,
  );
}

export function functionMissing(facts: { function: string; node: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_FUNCTION_MISSING",
    `"${facts.node}" calls the function "${facts.function}", which the file's library does not have. The file is broken; export the model again.`,
    facts,
  );
}

export function inputMissing(facts: { node: string; input: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_INPUT_MISSING",
    `"${facts.node}" reads "${facts.input}", which nothing in the graph makes. The file is broken; export the model again.`,
    facts,
  );
}

export function inputShapeMismatch(facts: {
  input: string;
  shape: readonly (number | string)[];
  given: readonly number[];
}): TersorError {
  return new TersorError(
    "TENSORFLOW_INPUT_SHAPE",
    `The input "${facts.input}" has the shape [${facts.shape.join(", ")}], which [${facts.given.join(", ")}] does not fit. Give sizes that do.`,
    facts,
  );
}

/** A format that is only written and run. */
export function liteUnreadable(facts: { file: string }): TersorError {
  return new TersorError(
    "TENSORFLOW_LITE_UNREADABLE",
    `"${facts.file}" is a TensorFlow Lite file, which can be run and compared, but not read. Start from the model it was made from.`,
    facts,
  );
}

/** All operations that can't be converted, in one error. */
export function unsupportedOperations(operations: readonly UnsupportedOperation[]): TersorError {
  const lines = groups(operations).map(({ op, why, nodes }) => `- ${op}: ${why} (${someOf(nodes)})`);
  return new TersorError(
    "TENSORFLOW_UNSUPPORTED",
    `The model has operations that can't be converted:\n${lines.join("\n")}\nName outputs before them, or bring the missing operations with a plugin.`,
    { operations },
  );
}

/** All operators that TensorFlow has no form of, in one error. */
export function unsupportedOperators(operations: readonly UnsupportedOperation[]): TersorError {
  const lines = groups(operations).map(({ op, why, nodes }) => `- ${op}: ${why} (${someOf(nodes)})`);
  return new TersorError(
    "TENSORFLOW_LOWER_UNSUPPORTED",
    `The model has operators that can't be written for TensorFlow:\n${lines.join("\n")}\nWrite it as ONNX, or leave these operators out.`,
    { operations },
  );
}

function groups(operations: readonly UnsupportedOperation[]): { op: string; why: string; nodes: string[] }[] {
  const found = new Map<string, { op: string; why: string; nodes: string[] }>();
  for (const { op, why, node } of operations) {
    const key = `${op}\n${why}`;
    const group = found.get(key);
    if (group) group.nodes.push(node);
    else found.set(key, { op, why, nodes: [node] });
  }
  return [...found.values()];
}

const MOST_NAMES = 5;

function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return (
    names
      .slice(0, MOST_NAMES)
      .map((name) => `"${name}"`)
      .join(", ") + (more > 0 ? ` and ${more} more` : "")
  );
}
