// New values for the constants of a GraphDef, in the bytes of the file: whatever else is in it stays.

import { bytesOf, type Tensor } from "@tersor/core";
import { tensorOfProto } from "../graphdef/tensor-proto.ts";
import { decodeMessage } from "../wire/decode.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { fieldsOf, framed, joined, rewritten } from "../wire/rewrite.ts";
import type { Outcome } from "./outcome.ts";

/** Numbers of fields, by message. */
const fields = {
  savedModel: { metaGraphs: 2 },
  metaGraph: { graphDef: 2 },
  graph: { node: 1, library: 2 },
  library: { function: 1 },
  function: { signature: 1, node: 3 },
  opDef: { name: 1 },
  node: { name: 1, op: 2, attr: 5 },
  entry: { key: 1, value: 2 },
  attrValue: { tensor: 8 },
  tensor: { content: 4, values: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17] },
} as const;

/**
 * A GraphDef with new values in its constants; inside functions they are known as "function::node".
 * @throws TENSORFLOW_MALFORMED
 */
export function graphWithWeights(graph: Uint8Array, outcome: Outcome, file: string): Uint8Array {
  return rewritten(graph, file, ({ number, content }) => {
    if (number === fields.graph.node) return nodeWithWeight(content, "", outcome, file);
    if (number !== fields.graph.library) return content;
    return rewritten(content, file, (one) =>
      one.number === fields.library.function ? functionWithWeights(one.content, outcome, file) : one.content,
    );
  });
}

/** A MetaGraphDef with new values in the constants of its graph. Errors as `graphWithWeights`. */
export function metaGraphWithWeights(meta: Uint8Array, outcome: Outcome, file: string): Uint8Array {
  return rewritten(meta, file, ({ number, content }) =>
    number === fields.metaGraph.graphDef ? graphWithWeights(content, outcome, file) : content,
  );
}

/** A SavedModel message with new values in the constants of its graphs. Errors as `graphWithWeights`. */
export function savedModelWithWeights(model: Uint8Array, outcome: Outcome, file: string): Uint8Array {
  return rewritten(model, file, ({ number, content }) =>
    number === fields.savedModel.metaGraphs ? metaGraphWithWeights(content, outcome, file) : content,
  );
}

function functionWithWeights(definition: Uint8Array, outcome: Outcome, file: string): Uint8Array {
  const signature = contentOf(definition, fields.function.signature, file);
  const name = signature && textOf(contentOf(signature, fields.opDef.name, file));
  return rewritten(definition, file, ({ number, content }) =>
    number === fields.function.node ? nodeWithWeight(content, `${name ?? ""}::`, outcome, file) : content,
  );
}

function nodeWithWeight(node: Uint8Array, prefix: string, outcome: Outcome, file: string): Uint8Array {
  const home = prefix + textOf(contentOf(node, fields.node.name, file));
  if (!outcome.isWanted(home) || textOf(contentOf(node, fields.node.op, file)) !== "Const") return node;
  return rewritten(node, file, ({ number, content }) => {
    const isValue = number === fields.node.attr && textOf(contentOf(content, fields.entry.key, file)) === "value";
    if (!isValue) return content;
    return rewritten(content, file, (entry) =>
      entry.number === fields.entry.value ? valueWithWeight(entry.content, home, outcome, file) : entry.content,
    );
  });
}

function valueWithWeight(value: Uint8Array, home: string, outcome: Outcome, file: string): Uint8Array {
  return rewritten(value, file, ({ number, content }) => {
    if (number !== fields.attrValue.tensor) return content;
    const proto = decodeMessage(tensorflow.TensorProto, content, file, `"${home}"`);
    const changed = outcome.take(home, tensorOfProto(proto, home));
    return changed === undefined ? content : tensorWithElements(content, changed, file);
  });
}

/** Type and shape stay, all values go, and the new ones come as raw bytes. */
function tensorWithElements(proto: Uint8Array, tensor: Tensor, file: string): Uint8Array {
  const values: readonly number[] = fields.tensor.values;
  const kept = fieldsOf(proto, file).filter(({ number }) => !values.includes(number));
  return joined([
    ...kept.map(({ start, end }) => proto.subarray(start, end)),
    framed(fields.tensor.content, bytesOf(tensor)),
  ]);
}

/** The contents of the last field with this number, as decoders have it. */
function contentOf(message: Uint8Array, number: number, file: string): Uint8Array | undefined {
  return fieldsOf(message, file).findLast((field) => field.number === number)?.content;
}

function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
