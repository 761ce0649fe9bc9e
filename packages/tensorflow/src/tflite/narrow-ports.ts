// Public inputs and outputs of int64 become int32, with a Cast behind or before: runtimes of TensorFlow Lite for the web
// hand over no 64-bit integers, and token ids need none.

import { attribute, edit, nodeOf, type Graph, type GraphDraft, type Value } from "@tersor/core";

/** ONNX's codes of the two types. */
const [INT32, INT64] = [6, 7];

/** The graph with int32 where its public int64 was; the same object when there was none. */
export function narrowPorts(graph: Graph): Graph {
  const wideInputs = graph.inputs.filter((input) => isInt64(input) && !graph.weights.has(input.name));
  const wideOutputs = graph.outputs.filter(isInt64);
  if (wideInputs.length + wideOutputs.length === 0) return graph;
  const inner = edit(graph, (draft) => {
    for (const { name } of wideOutputs) narrowOutput(draft, name);
    for (const { name } of wideInputs) widenInput(draft, name);
  });
  return { ...inner, inputs: graph.inputs.map(narrowed), outputs: graph.outputs.map(narrowed) };
}

function isInt64({ type }: Value): boolean {
  return type.kind === "tensor" && type.dtype === "int64";
}

function narrowed(value: Value): Value {
  return isInt64(value)
    ? { ...value, type: { ...value.type, kind: "tensor", dtype: "int32" } as Value["type"] }
    : value;
}

function widenInput(draft: GraphDraft, name: string): void {
  const wide = draft.fresh(`${name}/int64`);
  draft.redirect(name, wide);
  draft.prepend(nodeOf("Cast", draft.fresh(`${name}/widen`), [name], [wide], { to: attribute.int(INT64) }));
}

/** What makes the output gives its result another name; an output that is an input or a weight is read as it is. */
function narrowOutput(draft: GraphDraft, name: string): void {
  const maker = draft.producer(name);
  if (maker === undefined) return;
  const wide = draft.fresh(`${name}/int64`);
  draft.redirect(name, wide);
  const made = draft.update(maker, { outputs: maker.outputs.map((output) => (output === name ? wide : output)) });
  draft.insertAfter(made, nodeOf("Cast", draft.fresh(`${name}/narrow`), [wide], [name], { to: attribute.int(INT32) }));
}
