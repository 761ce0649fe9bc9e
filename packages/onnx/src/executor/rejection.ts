// What onnxruntime's messages say about where it failed. They are text for people; the patterns are those of 1.30.

import { modelRejected, runFailed } from "./errors.ts";
import type { RuntimeName } from "./protocol.ts";

const nodePatterns: readonly RegExp[] = [
  /node with name ['"]([^'"]+)['"]/i, //   Could not find an implementation for X(1) node with name 'n'
  /\bName:\s*['"]([^'"]+)['"]/, //         Non-zero status code returned while running X node. Name:'n'
  /\bnode ?\(([^()]+)\)/i, //              Node (n) Op (X) [ShapeInferenceError]; ... in node (n)
  /\bNode:\s*(\S+)/i, //                   Node:n Output:y
  /\bnode ['"]([^'"]+)['"]/i,
];

/** The node that a message of the runtime names. */
export function nodeIn(message: string): string | undefined {
  for (const pattern of nodePatterns) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

interface Place {
  readonly model: string;
  readonly runtime: RuntimeName;
}

/** The runtime did not load the model. */
export function rejection({ model, runtime }: Place, reason: string) {
  const node = nodeIn(reason);
  return modelRejected({ model, runtime, reason, ...(node === undefined ? {} : { node }) });
}

/** The runtime did not finish a run. */
export function runFailure({ model, runtime }: Place, reason: string) {
  const node = nodeIn(reason);
  return runFailed({ model, runtime, reason, ...(node === undefined ? {} : { node }) });
}
