// A frozen graph: one GraphDef whose weights are constants in it.

import { basename } from "node:path";
import { draftOfNode } from "../graphdef/draft.ts";
import { libraryOf } from "../graphdef/function.ts";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { readWhole } from "../wire/bytes.ts";
import { decodeMessage } from "../wire/decode.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { notAModel } from "./errors.ts";
import { freeze, openGraph } from "./freeze.ts";
import { portsOf, type PortOptions } from "./ports.ts";
import { noVariables } from "./variables.ts";

/**
 * Reads a frozen graph from a file or from bytes, which must not change while the graph is in use.
 * @throws TENSORFLOW_FILE_UNREADABLE, TENSORFLOW_MALFORMED, TENSORFLOW_NOT_A_MODEL, TENSORFLOW_TENSOR_MISSING,
 * TENSORFLOW_OUTPUTS_UNKNOWN, and those of `freeze` and `openGraph`
 */
export function readFrozenGraph(model: string | Uint8Array, options: PortOptions = {}): TensorFlowGraph {
  const file = typeof model === "string" ? model : "<memory>";
  const bytes = typeof model === "string" ? readWhole(model) : model;
  return frozenGraphOf(decodeMessage(tensorflow.GraphDef, bytes, file, "the graph"), options, file);
}

/** Reads a decoded GraphDef. Errors as `readFrozenGraph`. */
export function frozenGraphOf(
  graph: tensorflow.GraphDef.$Properties,
  options: PortOptions,
  file: string,
): TensorFlowGraph {
  if (!graph.node?.length) throw notAModel({ file, why: "there is no node in it" });
  const open = openGraph({ file, nodes: graph.node.map(draftOfNode), library: libraryOf(graph) });
  const ports = portsOf(open.level, options, file, graph.versions?.producer ?? 0);
  const name = basename(file).replace(/\.[^.]*$/, "");
  return freeze(open, { name, ...ports }, noVariables(file));
}
